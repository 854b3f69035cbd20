using System.Buffers.Binary;
using Wharf.Api.Builds;
using Wharf.Cli.CommandLine;
using Wharf.Linux;
using Wharf.Linux.Walks;

namespace Wharf.Cli.Builds;

/// <summary>Sends the files that the daemon lacks. One that changes while it is read is read again; one that does not stop changing is an error.</summary>
internal sealed class ContextSender(DirectoryWalk walk, string directory, FrameWriter frames, TimeProvider clock)
{
    private const int SmallBytes = 64 << 10;
    private const int PieceBytes = 256 << 10;
    private const int Attempts = 5;

    /// <summary>
    /// A change so soon before the reading may have been followed by another that shows the same time: clocks of files tick every few
    /// milliseconds.
    /// </summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _piece = new byte[PieceBytes];

    /// <summary>Bytes sent so far.</summary>
    internal long Sent { get; private set; }

    internal void Send(int index, string path)
    {
        using WalkedFile file = Open(path);
        for (int attempt = 0; attempt < Attempts; attempt++, file.Rewind())
        {
            WalkedStatus before = file.Status;
            if (before.Type != WalkedType.File)
            {
                break;
            }

            ulong stamp = IsFresh(in before) ? 0 : ContextWalk.StampOf(in before);
            var head = new SentFile(
                index, before.Permissions, before.Size, before.ModifiedSeconds, before.ModifiedNanoseconds, stamp, file.Attributes());
            if (before.Size <= SmallBytes ? TrySmall(file, before, head) : TryLarge(file, before, head))
            {
                Sent += before.Size;
                return;
            }
        }

        throw new CommandFailure($"{Path.Combine(directory, path)} changed while it was read: build again when nothing writes to it");
    }

    private WalkedFile Open(string path)
    {
        try
        {
            return walk.OpenFile(path);
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ELOOP or Errno.ENOTDIR)
        {
            throw new CommandFailure($"{Path.Combine(directory, path)} was removed while the context was being sent: build again");
        }
    }

    private bool TrySmall(WalkedFile file, WalkedStatus before, SentFile head)
    {
        int length = 0;
        for (int count; length <= before.Size && (count = file.Read(_piece.AsSpan(length))) > 0; length += count)
        {
        }

        if (length != before.Size || file.Status != before)
        {
            return false;
        }

        FileFrames.Write(frames, head, _piece.AsSpan(0, length));
        return true;
    }

    private bool TryLarge(WalkedFile file, WalkedStatus before, SentFile head)
    {
        FileFrames.Begin(frames, head);
        Span<byte> hole = stackalloc byte[sizeof(long)];
        long at = 0;
        while (at < before.Size)
        {
            long data = file.SkipHole(at, before.Size);
            if (data > at)
            {
                BinaryPrimitives.WriteInt64LittleEndian(hole, Math.Min(data, before.Size) - at);
                frames.Write(BuildFrame.FileHole, hole);
                at = data;
                continue;
            }

            int count = file.Read(_piece.AsSpan(0, (int)Math.Min(_piece.Length, before.Size - at)));
            if (count == 0)
            {
                break;
            }

            frames.Write(BuildFrame.FileData, _piece.AsSpan(0, count));
            at += count;
        }

        bool isWhole = at == before.Size && file.Status == before;
        frames.Write(BuildFrame.FileEnd, [isWhole ? (byte)1 : (byte)0]);
        return isWhole;
    }

    private bool IsFresh(in WalkedStatus status)
    {
        TimeSpan since = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(status.ChangedSeconds) - TimeSpan.FromTicks(status.ChangedNanoseconds / 100);
        return since < s_tick;
    }
}
