using System.Buffers;
using System.Globalization;

namespace Wharf.Cli.CommandLine.Values;

/// <summary>Sizes as Docker reads them: <c>64m</c>, <c>1.5GiB</c>, <c>100kb</c>, in powers of 1024 however they are written.</summary>
internal static class ByteSize
{
    private const string Suffixes = "kmgtpe";
    private static readonly SearchValues<char> s_numeric = SearchValues.Create("0123456789.");

    /// <exception cref="FormatException">It is no size.</exception>
    internal static long Parse(string text)
    {
        int end = text.AsSpan().LastIndexOfAny(s_numeric) + 1;
        if (end == 0 || !double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            throw new FormatException($"invalid size: '{text}'");
        }

        string suffix = text[end..].TrimStart(' ').ToLowerInvariant();
        if (number < 0)
        {
            return text == "-1" ? -1 : throw new FormatException($"invalid size: '{text}'");
        }

        if (suffix is "" or "b")
        {
            return (long)number;
        }

        int power = Suffixes.IndexOf(suffix[0], StringComparison.Ordinal) + 1;
        return power > 0 && suffix[1..] is "" or "b" or "ib"
            ? (long)(number * Math.Pow(1024, power))
            : throw new FormatException($"invalid suffix: '{suffix}'");
    }
}
