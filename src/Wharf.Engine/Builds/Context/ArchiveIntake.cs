using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Unpack;
using Wharf.Linux.Files;
using ZstdSharp;

namespace Wharf.Engine.Builds.Context;

/// <summary>A context that comes as a tar archive (<c>POST /build</c>), compressed or not. Owners are not kept: a context belongs to root.</summary>
internal static class ArchiveIntake
{
    /// <param name="below">Only what lies in this directory, which becomes the root; empty for all.</param>
    /// <param name="above">What every path gets in front.</param>
    /// <exception cref="WharfException">InvalidArgument: it is malformed, or holds what no context may.</exception>
    internal static void Unpack(Stream archive, ContextDirectory tree, string below, CancellationToken cancellationToken, string above = "")
    {
        try
        {
            using Stream tar = ReadAhead.Start(() => Decompression.Open(archive));
            using var reader = new TarReader(tar, TarLimits.Default);
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Add(reader, entry, tree, below, above);
            }

            reader.Drain();
        }
        catch (Exception malformed) when (malformed is InvalidDataException or ZstdException)
        {
            throw WharfException.Invalid($"build context cannot be decompressed: {malformed.Message}");
        }
    }

    private static void Add(TarReader reader, TarEntry entry, ContextDirectory tree, string below, string above)
    {
        string path = ContextPath.FromBytes(EntryPath.Normalize(entry.Name, entry.DisplayName));
        if (below.Length > 0)
        {
            path = path.StartsWith(below + "/", StringComparison.Ordinal) ? path[(below.Length + 1)..] : "";
        }

        if (path.Length == 0)
        {
            return;
        }

        path = above + path;

        DateTimeOffset modified = ContextTime.Of(entry.Metadata.ModifiedSeconds, entry.Metadata.ModifiedNanoseconds);
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                tree.MakeDirectory(path, entry.Metadata.Permissions, modified);
                break;
            case TarEntryKind.File:
                AddFile(reader, entry, path, modified, tree);
                break;
            case TarEntryKind.SymbolicLink:
                tree.MakeLink(path, ContextPath.FromBytes(entry.Target), modified);
                break;
            case TarEntryKind.HardLink:
                tree.MakeHardLink(path, above + ContextPath.FromBytes(EntryPath.Normalize(entry.Target, entry.DisplayName)));
                break;
            default:
                throw WharfException.Invalid(
                    $"build context: {path} is a device or a FIFO, which cannot be part of a build context: exclude it in .dockerignore");
        }
    }

    private static void AddFile(TarReader reader, TarEntry entry, string path, DateTimeOffset modified, ContextDirectory tree)
    {
        using ContextFileWriter file = tree.BeginFile(path);
        long at = 0;
        foreach (TarExtent extent in entry.Extents ?? [new TarExtent(0, entry.Size)])
        {
            file.AppendHole(extent.Offset - at);
            for (long left = extent.Length; left > 0;)
            {
                ReadOnlySpan<byte> piece = reader.ReadContents(left);
                file.Append(piece);
                left -= piece.Length;
            }

            at = extent.Offset + extent.Length;
        }

        file.AppendHole(entry.Size - at);
        file.Finish(new ContextFileFacts(entry.Metadata.Permissions, modified, Attributes(entry)));
    }

    private static Dictionary<string, byte[]>? Attributes(TarEntry entry)
    {
        Dictionary<string, byte[]> kept = [];
        foreach (ExtendedAttribute attribute in entry.Metadata.Attributes)
        {
            if (attribute.Name == "security.capability" || attribute.Name.StartsWith("user.", StringComparison.Ordinal))
            {
                kept[attribute.Name] = attribute.Value;
            }
        }

        return kept.Count == 0 ? null : kept;
    }
}
