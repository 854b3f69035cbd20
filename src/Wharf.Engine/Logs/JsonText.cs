using System.Globalization;
using System.Text;

namespace Wharf.Engine.Logs;

/// <summary>The inside of a JSON string, turned back into bytes.</summary>
internal static class JsonText
{
    /// <param name="output">Has room for as many bytes as <paramref name="escaped"/>: escapes only ever shrink.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> output)
    {
        int written = 0;
        while (true)
        {
            int run = escaped.IndexOf((byte)'\\');
            if (run < 0 || run + 1 == escaped.Length)
            {
                escaped.CopyTo(output[written..]);
                return written + escaped.Length;
            }

            escaped[..run].CopyTo(output[written..]);
            written += run;
            byte kind = escaped[run + 1];
            escaped = escaped[(run + 2)..];
            if (kind == 'u')
            {
                written += UnescapeRune(ref escaped, output[written..]);
            }
            else
            {
                output[written++] = kind switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    _ => kind,
                };
            }
        }
    }

    /// <summary>Four hexadecimal digits, twice for what UTF-16 writes as a pair. Half a pair stands for nothing: U+FFFD.</summary>
    private static int UnescapeRune(ref ReadOnlySpan<byte> rest, Span<byte> output)
    {
        if (!TakeUnit(ref rest, out char first))
        {
            return Rune.ReplacementChar.EncodeToUtf8(output);
        }

        if (char.IsHighSurrogate(first) && rest is [(byte)'\\', (byte)'u', ..])
        {
            ReadOnlySpan<byte> ahead = rest[2..];
            if (TakeUnit(ref ahead, out char second) && char.IsLowSurrogate(second))
            {
                rest = ahead;
                return new Rune(first, second).EncodeToUtf8(output);
            }
        }

        return (Rune.TryCreate(first, out Rune rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(output);
    }

    private static bool TakeUnit(ref ReadOnlySpan<byte> rest, out char unit)
    {
        const int Digits = 4;
        unit = default;
        if (rest.Length < Digits || !ushort.TryParse(rest[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
        {
            return false;
        }

        unit = (char)value;
        rest = rest[Digits..];
        return true;
    }
}
