using System.Text;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Unpack;

/// <summary>The <c>typeflag</c> of ustar (POSIX.1-2017, pax), for what can become a file.</summary>
internal enum TarEntryKind : byte
{
    File = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
}

/// <summary>One file of an archive, all its headers put together. Names are bytes: nothing says that they are text.</summary>
internal sealed record TarEntry
{
    public required byte[] Name { get; init; }
    public required TarEntryKind Kind { get; init; }

    /// <summary>Of both kinds of links: where to.</summary>
    public required byte[] Target { get; init; }

    /// <summary>Bytes of the file once it is unpacked.</summary>
    public required long Size { get; init; }

    /// <summary>Where the archived bytes lie in a file with holes; null for a file without.</summary>
    public IReadOnlyList<TarExtent>? Extents { get; init; }

    public required FileMetadata Metadata { get; init; }
    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }

    /// <summary>The name for messages.</summary>
    public string DisplayName => Encoding.UTF8.GetString(Name);
}

/// <summary>A piece of a sparse file that has bytes.</summary>
internal readonly record struct TarExtent(long Offset, long Length);
