using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Engine.Containers.Stats;

/// <summary>A file of the kernel's that is read again and again: kept open, and read from its start without allocating.</summary>
internal sealed class CounterFile : IDisposable
{
    private const int InitialBytes = 1024;

    [ThreadStatic]
    private static byte[]? t_buffer;

    private readonly SafeFileHandle? _file;
    private readonly Dictionary<int, string> _names = [];

    /// <param name="path">Null, or of nothing: reads as empty.</param>
    internal CounterFile(string? path)
    {
        try
        {
            _file = path is null ? null : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (IOException)
        {
            // Not every kernel has every counter.
        }
    }

    /// <summary>Valid until the next read on this thread.</summary>
    /// <exception cref="IOException">What was counted is gone.</exception>
    internal ReadOnlySpan<byte> Read()
    {
        if (_file is null)
        {
            return [];
        }

        byte[] buffer = t_buffer ??= new byte[InitialBytes];
        int length = 0;
        while (true)
        {
            int read = RandomAccess.Read(_file, buffer.AsSpan(length), length);
            length += read;
            if (read == 0)
            {
                return buffer.AsSpan(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
                t_buffer = buffer;
            }
        }
    }

    /// <summary>A file of one number; null when it is empty or says <c>max</c>.</summary>
    internal ulong? ReadNumber() => Utf8Parser.TryParse(Read(), out ulong number, out _) ? number : null;

    /// <summary>The number on the line that begins with a name, 0 when there is none.</summary>
    internal static ulong Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] == ' ')
            {
                return Number(line[(name.Length + 1)..]);
            }
        }

        return 0;
    }

    internal static ulong Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text.TrimStart((byte)' '), out ulong number, out _) ? number : 0;

    /// <summary>All lines <c>name number</c>. A name is made a string once: lines do not change places.</summary>
    internal KeyValuePair<string, ulong>[] ReadTable()
    {
        ReadOnlySpan<byte> text = Read();
        var table = new KeyValuePair<string, ulong>[text.Count((byte)'\n')];
        int at = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int blank = line.IndexOf((byte)' ');
            if (blank > 0 && at < table.Length)
            {
                table[at] = new KeyValuePair<string, ulong>(NameAt(at, line[..blank]), Number(line[blank..]));
                at++;
            }
        }

        return table[..at];
    }

    public void Dispose() => _file?.Dispose();

    private string NameAt(int index, ReadOnlySpan<byte> bytes)
    {
        if (!_names.TryGetValue(index, out string? name) || !Ascii.Equals(bytes, name))
        {
            _names[index] = name = Encoding.ASCII.GetString(bytes);
        }

        return name;
    }
}
