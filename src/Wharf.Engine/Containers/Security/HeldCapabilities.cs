using System.Globalization;

namespace Wharf.Engine.Containers.Security;

/// <summary>What this process may hand on to containers: its bounding set (capabilities(7)).</summary>
internal static class HeldCapabilities
{
    internal static IReadOnlyList<string> Read() => Parse(File.ReadAllText("/proc/self/status"));

    internal static IReadOnlyList<string> Parse(string status)
    {
        string line = status.Split('\n').First(line => line.StartsWith("CapBnd:", StringComparison.Ordinal));
        ulong mask = ulong.Parse(line.AsSpan("CapBnd:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [.. CapabilitySet.Known.Where((_, number) => (mask & (1UL << number)) != 0)];
    }
}
