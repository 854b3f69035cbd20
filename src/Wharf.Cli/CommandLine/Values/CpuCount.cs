using System.Globalization;

namespace Wharf.Cli.CommandLine.Values;

/// <summary><c>--cpus 1.5</c>, in billionths of a CPU.</summary>
internal static class CpuCount
{
    internal static long Parse(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal cpus))
        {
            throw new FormatException($"failed to parse {text} as a rational number");
        }

        decimal nano = cpus * 1_000_000_000m;
        return nano == decimal.Truncate(nano) ? (long)nano : throw new FormatException("value is too precise");
    }
}
