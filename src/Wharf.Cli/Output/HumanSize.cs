using System.Globalization;

namespace Wharf.Cli.Output;

/// <summary>Sizes for people: powers of 1000 (<c>1.23MB</c>) for files, of 1024 (<c>1.5GiB</c>) for memory.</summary>
internal static class HumanSize
{
    private static readonly string[] s_decimal = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    private static readonly string[] s_binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Four digits, as layers of a pull are shown.</summary>
    internal static string Format(double bytes) => Format(bytes, 1000, s_decimal, 4);

    /// <summary>Three digits, as in tables.</summary>
    internal static string Short(double bytes) => Format(bytes, 1000, s_decimal, 3);

    internal static string Binary(double bytes) => Format(bytes, 1024, s_binary, 4);

    private static string Format(double size, double unit, string[] names, int digits)
    {
        int power = 0;
        while (size >= unit && power < names.Length - 1)
        {
            size /= unit;
            power++;
        }

        return Significant(size, digits) + names[power];
    }

    /// <summary>Go's <c>%.Ng</c> for the numbers that can come here.</summary>
    private static string Significant(double value, int digits)
    {
        if (value == 0)
        {
            return "0";
        }

        int whole = (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        if (whole > digits)
        {
            // Where Go would write 1.02e+03 (1023 of a unit of 1024).
            return value.ToString("0." + new string('#', digits - 1) + "e+00", CultureInfo.InvariantCulture);
        }

        double rounded = Math.Round(value, digits - whole, MidpointRounding.ToEven);
        return rounded.ToString("0." + new string('#', Math.Max(digits - whole, 0)), CultureInfo.InvariantCulture);
    }
}
