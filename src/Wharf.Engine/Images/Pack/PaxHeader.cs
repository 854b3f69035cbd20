using System.Buffers;
using System.Globalization;
using System.Text;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>The records of an extended header: <c>LENGTH KEY=VALUE\n</c>, the length counting itself (POSIX.1-2017, pax).</summary>
internal sealed class PaxHeader
{
    private readonly ArrayBufferWriter<byte> _records = new();

    internal ReadOnlySpan<byte> Records => _records.WrittenSpan;

    internal void Add(string key, ReadOnlySpan<byte> value)
    {
        // Blank, equals sign and newline; and the digits of the length, which may be one more for their own sake.
        int rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
        int length = rest + Digits(rest);
        length = rest + Digits(length);
        Append($"{length} {key}=");
        _records.Write(value);
        _records.Write("\n"u8);
    }

    internal void Add(string key, long value) => Add(key, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    internal void Add(ExtendedAttribute attribute) => Add("SCHILY.xattr." + attribute.Name, attribute.Value);

    private void Append(string text) => Encoding.UTF8.GetBytes(text, _records);

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
