using System.Globalization;
using System.Text.RegularExpressions;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Validation;

/// <summary><c>--device-cgroup-rule</c>: <c>c 13:* rwm</c>.</summary>
internal static partial class DeviceRuleParser
{
    internal static DeviceRule Parse(string rule)
    {
        Match match = Pattern().Match(rule);
        return match.Success
            ? new DeviceRule
            {
                Allow = true,
                Type = match.Groups[1].Value,
                Major = Number(match.Groups[2].Value),
                Minor = Number(match.Groups[3].Value),
                Access = match.Groups[4].Value,
            }
            : throw WharfException.Invalid($"invalid device cgroup rule format: '{rule}'");
    }

    /// <summary>-1 stands for all, as the runtime specification has it.</summary>
    private static long Number(string text) => text == "*" ? -1 : long.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([acb]) ([0-9]{1,9}|\*):([0-9]{1,9}|\*) ([rwm]{1,3})$")]
    private static partial Regex Pattern();
}
