using Wharf.Linux.Cgroups;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Cgroups;

/// <summary>Which devices a container may use: files in version 1, a small program in version 2.</summary>
internal static class DeviceRules
{
    /// <summary>What the specification promises to every container ("Default Devices"), terminals included.</summary>
    private static readonly DeviceRule[] AlwaysAllowed =
    [
        Character(1, 3), Character(1, 5), Character(1, 7), Character(1, 8), Character(1, 9), Character(5, 0), Character(5, 1), Character(5, 2), Character(136, null),
        new() { Allow = true, Type = "c", Access = "m" },
        new() { Allow = true, Type = "b", Access = "m" },
    ];

    internal static void Apply(Cgroup cgroup, IReadOnlyList<DeviceRule> rules)
    {
        bool allowsEverything = rules.All(rule => rule.Allow && IsEverything(rule));
        IReadOnlyList<DeviceRule> all = allowsEverything ? rules : [.. rules, .. AlwaysAllowed.Except(AfterLastDenial(rules))];
        if (cgroup.Hierarchies.IsVersion1("devices"))
        {
            foreach (DeviceRule rule in all)
            {
                cgroup.Write("devices", rule.Allow ? "devices.allow" : "devices.deny", Line(rule));
            }
        }
        else if (cgroup.Hierarchies.IsUnified && !allowsEverything)
        {
            DeviceFilter.Attach(cgroup.Hierarchies.Version2 + cgroup.Path, [.. all.Select(rule => new DeviceFilter.Rule(
                rule.Allow, rule.Type is "b" or "c" ? rule.Type[0] : 'a', rule.Major ?? -1, rule.Minor ?? -1, rule.Access ?? "rwm"))]);
        }
    }

    /// <summary>What is allowed already and stays so.</summary>
    private static IEnumerable<DeviceRule> AfterLastDenial(IReadOnlyList<DeviceRule> rules) => rules.Reverse().TakeWhile(rule => rule.Allow);

    /// <summary><c>c 1:3 rwm</c> (cgroup-v1/devices.rst).</summary>
    internal static string Line(DeviceRule rule) =>
        IsEverything(rule) ? "a" : $"{rule.Type ?? "a"} {Number(rule.Major)}:{Number(rule.Minor)} {rule.Access ?? "rwm"}";

    private static bool IsEverything(DeviceRule rule) => rule.Type is null or "" or "a";

    private static string Number(long? number) => number is null or < 0 ? "*" : number.Value.ToString();

    private static DeviceRule Character(long major, long? minor) => new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };
}
