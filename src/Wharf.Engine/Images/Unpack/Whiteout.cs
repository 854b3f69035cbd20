namespace Wharf.Engine.Images.Unpack;

internal enum WhiteoutKind
{
    None,

    /// <summary>The file of that name in the layers below is gone.</summary>
    File,

    /// <summary>Everything that layers below have in this directory is gone.</summary>
    Opaque,

    /// <summary>aufs's own bookkeeping, in layers of its time: means nothing to anybody else.</summary>
    Ignored,
}

/// <summary>The names by which archives say that something of a lower layer is gone (image-spec, layer.md).</summary>
internal static class Whiteout
{
    private static ReadOnlySpan<byte> Prefix => ".wh."u8;
    private static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;
    private static ReadOnlySpan<byte> Bookkeeping => ".wh..wh."u8;

    /// <exception cref="WharfException">It hides no possible name.</exception>
    internal static WhiteoutKind Of(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (!name.StartsWith(Prefix))
        {
            return IsBelowBookkeeping(path) ? WhiteoutKind.Ignored : WhiteoutKind.None;
        }

        if (name.SequenceEqual(Opaque))
        {
            return WhiteoutKind.Opaque;
        }

        if (name.StartsWith(Bookkeeping))
        {
            return WhiteoutKind.Ignored;
        }

        return name[Prefix.Length..] is [] or [(byte)'.'] or [(byte)'.', (byte)'.']
            ? throw WharfException.Invalid("archive has a whiteout of no name")
            : WhiteoutKind.File;
    }

    /// <summary>What a whiteout hides: for an opaque one the directory, otherwise the file.</summary>
    internal static byte[] HiddenPath(ReadOnlySpan<byte> path)
    {
        int slash = path.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> name = path[(slash + 1)..];
        return name.SequenceEqual(Opaque)
            ? path[..Math.Max(0, slash)].ToArray()
            : [.. path[..(slash + 1)], .. name[Prefix.Length..]];
    }

    /// <summary>aufs kept hard links in a directory <c>.wh..wh.plnk</c>.</summary>
    private static bool IsBelowBookkeeping(ReadOnlySpan<byte> path) => path.IndexOf(Bookkeeping) >= 0;
}
