using System.Globalization;

namespace Wharf.Engine.Logs;

/// <summary>Sizes as people write them: <c>10m</c>, <c>1.5g</c>, <c>64 KiB</c>, <c>4096</c>.</summary>
internal static class LogSize
{
    private const string Units = "kmgtp";

    /// <param name="kilo">1000 or 1024: Docker's options do not agree.</param>
    /// <returns>Bytes; null when it is no size.</returns>
    internal static long? Parse(string text, int kilo)
    {
        int end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        string unit = text[end..].TrimStart(' ').ToLowerInvariant();
        if (!double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || Exponent(unit) is not { } exponent)
        {
            return null;
        }

        double bytes = number * Math.Pow(kilo, exponent);
        return bytes < long.MaxValue ? (long)bytes : null;
    }

    /// <summary>Nothing, <c>b</c>, or one of the units, alone or with <c>b</c> or <c>ib</c>.</summary>
    private static int? Exponent(string unit)
    {
        if (unit is "" or "b")
        {
            return 0;
        }

        int exponent = Units.IndexOf(unit[0], StringComparison.Ordinal) + 1;
        return exponent > 0 && unit[1..] is ("" or "b" or "ib") ? exponent : null;
    }
}
