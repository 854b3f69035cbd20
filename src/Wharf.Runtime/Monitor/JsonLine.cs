using System.Buffers;
using System.Text;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// Bytes of any kind as the inside of a JSON string, escaped exactly as Docker's json-file does: what would matter to HTML or JavaScript too,
/// tabs as <c>\u0009</c>, and bytes that are not UTF-8 as <c>\ufffd</c>.
/// </summary>
internal static class JsonLine
{
    /// <summary>The most that one byte can become.</summary>
    internal const int MaxExpansion = 6;

    private const string Hex = "0123456789abcdef";
    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());

    /// <param name="output">At least <see cref="MaxExpansion"/> times as long as <paramref name="text"/>.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Escape(ReadOnlySpan<byte> text, Span<byte> output)
    {
        int written = 0;
        while (true)
        {
            int plain = text.IndexOfAny(Special);
            if (plain < 0)
            {
                text.CopyTo(output[written..]);
                return written + text.Length;
            }

            text[..plain].CopyTo(output[written..]);
            written += plain;
            text = text[plain..];
            written += text[0] < 0x80 ? EscapeAscii(text[0], output[written..]) : EscapeRune(text, output[written..], out plain);
            text = text[(text[0] < 0x80 ? 1 : plain)..];
        }
    }

    private static int EscapeAscii(byte value, Span<byte> output)
    {
        output[0] = (byte)'\\';
        switch (value)
        {
            case (byte)'\\' or (byte)'"':
                output[1] = value;
                return 2;
            case (byte)'\n':
                output[1] = (byte)'n';
                return 2;
            case (byte)'\r':
                output[1] = (byte)'r';
                return 2;
            default:
                "u00"u8.CopyTo(output[1..]);
                output[4] = (byte)Hex[value >> 4];
                output[5] = (byte)Hex[value & 0xf];
                return 6;
        }
    }

    private static int EscapeRune(ReadOnlySpan<byte> text, Span<byte> output, out int consumed)
    {
        if (Rune.DecodeFromUtf8(text, out Rune rune, out consumed) != OperationStatus.Done)
        {
            // As Go does: each byte of a broken sequence stands for itself.
            consumed = 1;
            "\\ufffd"u8.CopyTo(output);
            return 6;
        }

        if (rune.Value is 0x2028 or 0x2029)
        {
            (rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8).CopyTo(output);
            return 6;
        }

        text[..consumed].CopyTo(output);
        return consumed;
    }

    private static byte[] SpecialBytes() =>
    [
        .. Enumerable.Range(0, 0x20).Select(value => (byte)value),
        .. "\"\\<>&"u8,
        .. Enumerable.Range(0x80, 0x80).Select(value => (byte)value),
    ];
}
