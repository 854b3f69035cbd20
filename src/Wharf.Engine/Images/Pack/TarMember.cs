using Wharf.Engine.Images.Unpack;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>One file as an archive describes it. Owners are numbers, and the only time is that of the last change, in whole seconds.</summary>
internal ref struct TarMember
{
    public TarMember()
    {
    }

    /// <summary>Without leading slash; of a directory with a slash at its end.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    public required TarEntryKind Kind { get; init; }

    /// <summary>Of both kinds of links: where to.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>Bytes that follow.</summary>
    public long Size { get; init; }

    public uint Permissions { get; init; }
    public uint Uid { get; init; }
    public uint Gid { get; init; }

    /// <summary>Since 1970.</summary>
    public long Modified { get; init; }

    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<ExtendedAttribute> Attributes { get; init; } = [];
}
