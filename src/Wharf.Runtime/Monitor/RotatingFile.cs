using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Fds;
using Wharf.Linux.Processes;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// The log's files: the current one, and beside it <c>.1</c>, <c>.2</c> and so on, the older the higher, packed if that is asked for. Only
/// ever appended to and renamed, so that a reader who has one open reads on undisturbed.
/// </summary>
internal sealed class RotatingFile : IDisposable
{
    private const uint Mode = 0x1A0; // 0640, as Docker's
    private readonly LogSettings _settings;
    private readonly string _path;
    private SafeFileHandle _file;
    private SafeFileHandle? _packing;
    private bool _torn;

    internal RotatingFile(LogSettings settings)
    {
        _settings = settings;
        _path = settings.Path!;
        _file = Descriptor.OpenAppend(_path, Mode);
        Size = RandomAccess.GetLength(_file);
        _torn = Size > 0 && !EndsWithNewline();
    }

    internal long Size { get; private set; }

    /// <summary>Whether the next line belongs into another file, once <paramref name="waiting"/> bytes are in this one.</summary>
    internal bool IsFullWith(int waiting) => _settings.MaxSize > 0 && Size + waiting >= _settings.MaxSize;

    /// <summary>Appends whole lines. What a full disk does not take is lost, as a program that cannot write is worse.</summary>
    internal void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            if (_torn)
            {
                // A line that was cut off must not swallow the next one.
                Descriptor.WriteAll(_file, "\n"u8);
                _torn = false;
            }

            Descriptor.WriteAll(_file, lines);
            Size += lines.Length;
        }
        catch (LinuxException failure)
        {
            _torn = true;
            Console.Error.WriteLine($"log: {failure.Message}: {lines.Length} bytes of {_path} lost");
        }
    }

    /// <summary>Makes the current file the last but one, and begins a new one.</summary>
    internal void Rotate()
    {
        AwaitPacking();
        _file.Dispose();
        if (_settings.MaxFiles < 2)
        {
            File.Delete(_path);
        }
        else
        {
            for (int age = _settings.MaxFiles - 1; age > 1; age--)
            {
                Move($"{_path}.{age - 1}", $"{_path}.{age}");
            }

            Move(_path, _path + ".1");
        }

        _file = Descriptor.OpenAppend(_path, Mode);
        Size = 0;
        _torn = false;
        if (_settings is { Compress: true, MaxFiles: > 1 })
        {
            _packing = Spawn.StartHeld(
                new SpawnRequest { Path = "/proc/self/exe", Arguments = [LogPacker.Command, _path + ".1"], Descriptors = [null, null, null] },
                out _);
        }
    }

    public void Dispose()
    {
        AwaitPacking();
        _file.Dispose();
    }

    /// <summary>A file keeps its packing when it grows older; whatever has the older name goes.</summary>
    private static void Move(string from, string to)
    {
        File.Delete(to);
        File.Delete(to + LogPacker.Suffix);
        foreach (string suffix in (ReadOnlySpan<string>)["", LogPacker.Suffix])
        {
            if (File.Exists(from + suffix))
            {
                File.Move(from + suffix, to + suffix, overwrite: true);
            }
        }
    }

    /// <summary>The file being packed must keep its name until that is done.</summary>
    private void AwaitPacking()
    {
        if (_packing is not null)
        {
            PidFd.Wait(_packing, block: true);
            _packing.Dispose();
            _packing = null;
        }
    }

    private bool EndsWithNewline()
    {
        using SafeFileHandle reader = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> last = stackalloc byte[1];
        return RandomAccess.Read(reader, last, Size - 1) == 1 && last[0] == (byte)'\n';
    }
}
