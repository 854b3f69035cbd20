using System.Globalization;
using Wharf.Api.Containers;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--restart no|always|unless-stopped|on-failure[:N]</c>; which names exist is for the daemon to say.</summary>
internal static class RestartPolicySpec
{
    internal static RestartPolicy Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        if (parts[0].Length == 0 && text.Length > 0)
        {
            throw new FormatException("invalid restart policy format: no policy provided before colon");
        }

        if (parts.Length == 1)
        {
            return new RestartPolicy { Name = parts[0] };
        }

        return int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)
            ? new RestartPolicy { Name = parts[0], MaximumRetryCount = count }
            : throw new FormatException("invalid restart policy format: maximum retry count must be an integer");
    }
}
