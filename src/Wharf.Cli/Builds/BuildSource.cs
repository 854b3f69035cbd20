using Wharf.Api.Builds;
using Wharf.Cli.CommandLine;
using Wharf.Oci.Ignore;

namespace Wharf.Cli.Builds;

/// <summary>What a build is made from: a directory, standard input, or an address that the daemon fetches.</summary>
internal sealed class BuildSource
{
    internal const string Stdin = "-";
    private const string DefaultDockerfile = "Dockerfile";
    private const int MaxDockerfileBytes = 8 << 20;

    private BuildSource(BuildContextSource wire) => Wire = wire;

    internal BuildContextSource Wire { get; }

    /// <summary>The directory to list, if it is one.</summary>
    internal string? Directory { get; private init; }

    internal IgnoreFile Ignore { get; private init; } = IgnoreFile.Empty;

    /// <summary>The archive to send, if it is one.</summary>
    internal Stream? Archive { get; private init; }

    /// <summary>As the daemon is told: a path in the context, or a name for messages.</summary>
    internal string? Dockerfile { get; private init; }

    internal byte[]? DockerfileText { get; private init; }

    /// <param name="argument">The context as it was given.</param>
    /// <param name="file">Of <c>-f</c>; empty when it was not given.</param>
    internal static BuildSource Of(string argument, string file, Stream input)
    {
        if (argument == Stdin)
        {
            return file == Stdin
                ? throw new CommandFailure("invalid argument: can't use stdin for both build context and dockerfile")
                : FromInput(input, file);
        }

        if (IsAddress(argument))
        {
            return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Remote, Value = argument })
            {
                Dockerfile = file is "" or Stdin ? null : file,
                DockerfileText = file == Stdin ? ReadAll(input) : null,
            };
        }

        return FromDirectory(argument, file, input);
    }

    /// <summary>A directory, image or address under a name (<c>--build-context</c>).</summary>
    internal static BuildSource Named(string value)
    {
        const string Image = "docker-image://";
        if (value.StartsWith(Image, StringComparison.Ordinal))
        {
            return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Image, Value = value[Image.Length..] });
        }

        if (IsAddress(value))
        {
            return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Remote, Value = value });
        }

        string directory = Existing(value);
        (IgnoreFile ignore, string name) = IgnoreOf(Path.Combine(directory, ".dockerignore"));
        return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Directory, Value = IdOf(directory, name) }) { Directory = directory, Ignore = ignore };
    }

    internal static bool IsAddress(string text) =>
        text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal)
        || text.StartsWith("git://", StringComparison.Ordinal) || text.StartsWith("git@", StringComparison.Ordinal)
        || text.StartsWith("ssh://", StringComparison.Ordinal) || text.StartsWith("github.com/", StringComparison.Ordinal);

    private static BuildSource FromInput(Stream input, string file)
    {
        byte[] head = new byte[512];
        int length = input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, length), input);
        if (LooksLikeArchive(head.AsSpan(0, length)))
        {
            return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Archive }) { Archive = whole, Dockerfile = file.Length > 0 ? file : null };
        }

        return file.Length > 0
            ? throw new CommandFailure("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles")
            : new BuildSource(new BuildContextSource()) { Dockerfile = DefaultDockerfile, DockerfileText = ReadAll(whole) };
    }

    private static BuildSource FromDirectory(string argument, string file, Stream input)
    {
        string directory = Existing(argument);
        string path = file == Stdin ? "" : DockerfileIn(directory, file);
        (IgnoreFile ignore, string ignoreName) = path.Length > 0 && File.Exists(path + ".dockerignore")
            ? IgnoreOf(path + ".dockerignore")
            : IgnoreOf(Path.Combine(directory, ".dockerignore"));
        return new BuildSource(new BuildContextSource { Kind = BuildContextSource.Directory, Value = IdOf(directory, ignoreName) })
        {
            Directory = directory,
            Ignore = ignore,
            Dockerfile = path.Length == 0 ? DefaultDockerfile : NameOf(path, directory),
            DockerfileText = path.Length == 0 ? ReadAll(input) : ReadDockerfile(path),
        };
    }

    private static string Existing(string directory) =>
        System.IO.Directory.Exists(directory)
            ? Path.GetFullPath(directory)
            : throw new CommandFailure(File.Exists(directory)
                ? $"unable to prepare context: context must be a directory: {directory}"
                : $"unable to prepare context: path \"{directory}\" not found");

    /// <summary>As Docker: relative to where we are, else to the context; a lower-case name is found, too.</summary>
    private static string DockerfileIn(string directory, string file)
    {
        if (file.Length == 0)
        {
            string usual = Path.Combine(directory, DefaultDockerfile);
            string lower = Path.Combine(directory, "dockerfile");
            return !File.Exists(usual) && File.Exists(lower) ? lower : usual;
        }

        string here = Path.GetFullPath(file);
        return File.Exists(here) || Path.IsPathRooted(file) ? here : Path.Combine(directory, file);
    }

    private static byte[] ReadDockerfile(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return ReadAll(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"failed to read dockerfile: open {path}: no such file or directory");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var memory = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;)
        {
            memory.Write(buffer, 0, count);
            if (memory.Length > MaxDockerfileBytes)
            {
                throw new CommandFailure($"the Dockerfile is larger than {MaxDockerfileBytes >> 20} MiB");
            }
        }

        return memory.ToArray();
    }

    private static (IgnoreFile Rules, string Name) IgnoreOf(string path) =>
        File.Exists(path) ? (IgnoreFile.Parse(File.ReadAllText(path), Path.GetFileName(path)), path) : (IgnoreFile.Empty, "");

    private static string NameOf(string path, string directory)
    {
        string relative = Path.GetRelativePath(directory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFileName(path) : relative;
    }

    /// <summary>
    /// The same each time for this directory on this machine, and for no other. Two Dockerfiles with ignore files of their own see two
    /// contexts. Not hashed here: loading a library for that takes longer than listing a small directory.
    /// </summary>
    private static string IdOf(string directory, string ignoreFile)
    {
        const string MachineId = "/etc/machine-id"; // machine-id(5)
        string machine = File.Exists(MachineId) ? File.ReadAllText(MachineId).Trim() : Environment.MachineName;
        string real = System.IO.Directory.ResolveLinkTarget(directory, returnFinalTarget: true)?.FullName ?? directory;
        return $"{machine}\0{real}\0{ignoreFile}";
    }

    /// <summary>gzip, zstd, bzip2, xz, or the magic of a tar at byte 257; a tar without it has zeros, which no Dockerfile has.</summary>
    private static bool LooksLikeArchive(ReadOnlySpan<byte> head) =>
        head is [0x1f, 0x8b, ..] or [0x28, 0xb5, 0x2f, 0xfd, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..]
        || (head.Length == 512 && (head[257..].StartsWith("ustar"u8) || head.Contains((byte)0)));

    private sealed class PrefixedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _head = head;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_head.IsEmpty)
            {
                return rest.Read(buffer, offset, count);
            }

            int length = Math.Min(count, _head.Length);
            _head[..length].CopyTo(buffer.AsMemory(offset));
            _head = _head[length..];
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
