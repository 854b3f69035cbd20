using System.Globalization;
using Wharf.Api.Containers;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--ulimit nofile=1024:2048</c>; without the second number both limits are the first.</summary>
internal static class UlimitSpec
{
    private static readonly string[] s_names =
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
        "sigpending", "stack",
    ];

    internal static Ulimit Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            throw new FormatException($"invalid ulimit argument: {text}");
        }

        if (!s_names.Contains(parts[0]))
        {
            throw new FormatException($"invalid ulimit type: {parts[0]}");
        }

        string[] limits = parts[1].Split(':');
        if (limits.Length > 2)
        {
            throw new FormatException($"too many limit value arguments - {parts[1]}, can only have up to two, `soft[:hard]`");
        }

        long soft = ParseLimit(limits[0]);
        long hard = limits.Length == 2 ? ParseLimit(limits[1]) : soft;
        return hard == -1 || (soft != -1 && soft <= hard)
            ? new Ulimit { Name = parts[0], Soft = soft, Hard = hard }
            : throw new FormatException($"ulimit soft limit must be less than or equal to hard limit: {(soft == -1 ? "soft: -1 (unlimited)" : soft)} > {hard}");
    }

    private static long ParseLimit(string text) => text is "unlimited" ? -1
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long limit) ? limit
        : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
}
