using System.Formats.Tar;
using System.IO.Pipelines;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Walks;

namespace Wharf.Cli.Copy;

/// <summary>A file or directory of this machine on its way into a container: an archive that is made while it is read.</summary>
internal sealed class LocalSource
{
    private const int BlockBytes = 256 << 10;
    private const int BlocksAhead = 4;
    private readonly string _path;

    private LocalSource(string path, CopyEnd end)
    {
        _path = path;
        End = end;
    }

    internal CopyEnd End { get; }

    /// <param name="followLink">What a link leads to is copied, under the link's name.</param>
    /// <exception cref="CommandFailure">There is nothing, or no directory where the path says so.</exception>
    internal static LocalSource Find(string path, bool followLink)
    {
        string absolute = CopyPath.WithEndOf(Path.GetFullPath(path), path);
        string bare = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileAttributes attributes = AttributesOf(bare) ?? throw Missing(absolute);
        bool meansDirectory = CopyPath.MeansDirectory(absolute);
        if (attributes.HasFlag(FileAttributes.ReparsePoint) && (followLink || meansDirectory))
        {
            bare = File.ResolveLinkTarget(bare, returnFinalTarget: true)!.FullName;
            attributes = AttributesOf(bare) ?? throw Missing(bare);
        }

        bool isDirectory = attributes.HasFlag(FileAttributes.Directory) && !attributes.HasFlag(FileAttributes.ReparsePoint);
        return meansDirectory && !isDirectory
            ? throw new CommandFailure("not a directory")
            : new LocalSource(bare, new CopyEnd(absolute, Exists: true, isDirectory));
    }

    /// <summary>The archive; what making it throws, reading it throws.</summary>
    /// <param name="name">What its first component is called.</param>
    internal Stream Open(string name)
    {
        var pipe = new Pipe(new PipeOptions(
            minimumSegmentSize: BlockBytes, pauseWriterThreshold: BlocksAhead * BlockBytes, resumeWriterThreshold: BlockBytes, useSynchronizationContext: false));
        _ = Task.Factory.StartNew(
            () => Write(pipe.Writer, name.Length == 0 ? "." : name), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return pipe.Reader.AsStream();
    }

    private void Write(PipeWriter output, string name)
    {
        try
        {
            using (Stream stream = output.AsStream(leaveOpen: true))
            using (var archive = new TarWriter(stream, TarEntryFormat.Pax))
            {
                archive.WriteEntry(_path, name);
                if (End.IsDirectory)
                {
                    using DirectoryWalk walk = DirectoryWalk.Open(_path);
                    walk.Run(new Packer(archive, _path, name));
                }
            }

            output.Complete();
        }
        catch (Exception failure)
        {
            output.Complete(failure);
        }
    }

    private static FileAttributes? AttributesOf(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Names the first directory that is not there, if it is one of those above.</summary>
    private static CommandFailure Missing(string path)
    {
        while (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
        {
            path = parent;
        }

        return new CommandFailure($"lstat {path}: no such file or directory");
    }

    private sealed class Packer(TarWriter archive, string root, string name) : IWalkVisitor
    {
        private readonly Dictionary<ulong, string> _linked = [];

        public bool Visit(string path, in WalkedStatus status, string? linkTarget)
        {
            string entry = $"{name}/{path}";
            if (status.Type == WalkedType.File && status.Links > 1 && !_linked.TryAdd(status.Inode, entry))
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, entry) { LinkName = _linked[status.Inode] });
            }
            else if (status.Type != WalkedType.Socket)
            {
                archive.WriteEntry(Path.Combine(root, path), entry);
            }

            return true;
        }
    }
}
