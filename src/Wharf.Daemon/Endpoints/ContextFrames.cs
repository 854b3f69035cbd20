using System.Buffers.Binary;
using System.Text;
using Wharf.Api.Builds;
using Wharf.Engine;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Images.Content;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary>The files of a build session on their way into the engine's store.</summary>
internal sealed class ContextFrames(ContextStore store, FrameReader frames, FrameWriter answers)
{
    private const int MaxName = 16 << 10;

    /// <summary>A listing, our answer, and the files that we lack.</summary>
    /// <param name="name">The client's, the same for the same directory each time.</param>
    internal StoredContext Directory(string name)
    {
        if (name.Length is 0 or > MaxName)
        {
            throw WharfException.Invalid("the name of a build context is missing or too long");
        }

        string id = Digest.Of(Encoding.UTF8.GetBytes(name)).Hex;
        using ContextUpdate update = store.Begin(id, Listing());
        AskFor(update.Missing);
        while (Next() != BuildFrame.FilesEnd)
        {
            Take(update);
        }

        return update.Complete();
    }

    /// <summary>An archive, in pieces.</summary>
    internal StoredContext Archive(CancellationToken cancellationToken)
    {
        using var pieces = new ArchiveStream(frames);
        StoredContext context = store.Unpack(pieces, cancellationToken);
        pieces.CopyTo(Stream.Null);
        return context;
    }

    private List<ListedEntry> Listing()
    {
        var reader = new ListingReader();
        List<ListedFile> listed = [];
        while (Next() == BuildFrame.Entries)
        {
            reader.Read(frames.Payload.Span, listed);
        }

        return frames.Type == BuildFrame.EntriesEnd ? [.. listed.Select(ToEngine)] : throw Misplaced();
    }

    private static ListedEntry ToEngine(ListedFile file) => new(
        file.Path,
        file.Type switch
        {
            ListedType.Directory => ContextEntryType.Directory,
            ListedType.SymbolicLink => ContextEntryType.SymbolicLink,
            _ => ContextEntryType.File,
        },
        file.Mode,
        file.Size,
        ContextTime.Of(file.ModifiedSeconds, file.ModifiedNanoseconds),
        file.Stamp,
        file.LinkTarget);

    private void AskFor(IReadOnlyList<int> missing)
    {
        const int PerFrame = 16384;
        foreach (int[] some in missing.Chunk(PerFrame))
        {
            byte[] numbers = new byte[some.Length * sizeof(int)];
            for (int i = 0; i < some.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(numbers.AsSpan(i * sizeof(int)), some[i]);
            }

            answers.Write(BuildFrame.Missing, numbers);
        }

        answers.Write(BuildFrame.MissingEnd, []);
        answers.Flush();
    }

    private void Take(ContextUpdate update)
    {
        switch (frames.Type)
        {
            case BuildFrame.File:
                SentFile small = FileFrames.Read(frames.Payload.Span, out ReadOnlySpan<byte> content);
                update.BeginFile(small.Index);
                update.Append(content);
                End(update, small);
                break;
            case BuildFrame.FileBegin:
                TakeLarge(update, FileFrames.Read(frames.Payload.Span, out _));
                break;
            default:
                throw Misplaced();
        }
    }

    private void TakeLarge(ContextUpdate update, SentFile file)
    {
        update.BeginFile(file.Index);
        while (Next() != BuildFrame.FileEnd)
        {
            switch (frames.Type)
            {
                case BuildFrame.FileData:
                    update.Append(frames.Payload.Span);
                    break;
                case BuildFrame.FileHole when frames.Payload.Length == sizeof(long):
                    update.AppendHole(BinaryPrimitives.ReadInt64LittleEndian(frames.Payload.Span));
                    break;
                default:
                    throw Misplaced();
            }
        }

        if (frames.Payload.Span is [1])
        {
            End(update, file);
        }
        else
        {
            update.DropFile();
        }
    }

    private static void End(ContextUpdate update, SentFile file) => update.EndFile(
        file.Index, file.Mode, ContextTime.Of(file.ModifiedSeconds, file.ModifiedNanoseconds), file.Stamp, file.Attributes);

    private BuildFrame Next() => frames.Next() ? frames.Type : throw new EndOfStreamException("the client closed the build session");

    private InvalidDataException Misplaced() => new($"a build session has a frame of type {(int)frames.Type} where none belongs");

    private sealed class ArchiveStream(FrameReader frames) : ForwardStream
    {
        private ReadOnlyMemory<byte> _rest;
        private bool _isOver;

        public override int Read(Span<byte> buffer)
        {
            while (_rest.IsEmpty && !_isOver)
            {
                if (!frames.Next())
                {
                    throw new EndOfStreamException("the client closed the build session");
                }

                _isOver = frames.Type == BuildFrame.ArchiveEnd;
                _rest = frames.Type == BuildFrame.ArchiveData || _isOver
                    ? frames.Payload
                    : throw new InvalidDataException($"a build session has a frame of type {(int)frames.Type} inside an archive");
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
