using System.Text;

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

    /// <summary>The name by which an archive says that the file at <paramref name="path"/> is gone.</summary>
    internal static byte[] NameOf(ReadOnlySpan<byte> path)
    {
        int name = path.LastIndexOf((byte)'/') + 1;
        return [.. path[..name], .. Prefix, .. path[name..]];
    }

    /// <summary>The name by which an archive says that everything below a directory is gone; the root's path is empty.</summary>
    internal static byte[] OpaqueNameIn(ReadOnlySpan<byte> directory) => directory.IsEmpty ? Opaque.ToArray() : [.. directory, (byte)'/', .. Opaque];

    /// <exception cref="WharfException">InvalidArgument: in a layer the name would be taken for a whiteout.</exception>
    internal static void RequireOrdinary(ReadOnlySpan<byte> path)
    {
        if (path[(path.LastIndexOf((byte)'/') + 1)..].StartsWith(Prefix))
        {
            throw WharfException.Invalid(
                $"file \"{Encoding.UTF8.GetString(path)}\" cannot be in an image layer: names that begin with .wh. mean there that a file is gone");
        }
    }

    /// <summary>aufs kept hard links in a directory <c>.wh..wh.plnk</c>.</summary>
    private static bool IsBelowBookkeeping(ReadOnlySpan<byte> path) => path.IndexOf(Bookkeeping) >= 0;
}
