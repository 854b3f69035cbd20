using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Images;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Oci;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>A whole engine with an image of busybox, and a directory to build from.</summary>
internal sealed class BuildRig : IAsyncDisposable
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] Applets =
    [
        "sh", "cat", "ls", "id", "echo", "sleep", "true", "false", "stat", "touch", "mkdir", "env", "rm", "cp", "mv", "grep", "chmod", "chown", "ln", "mount",
        "find", "wc", "date", "tar", "readlink", "ip", "hostname", "seq", "head", "test", "pwd", "dd", "kill", "ps", "sort",
    ];

    private readonly string _directory;

    private BuildRig(string directory, WharfEngine engine)
    {
        _directory = directory;
        Engine = engine;
        Directory.CreateDirectory(Files);
    }

    internal WharfEngine Engine { get; private set; }

    internal string Root => _directory + "/root";

    /// <summary>What is built from.</summary>
    internal string Files => _directory + "/files";

    internal BuildService Builds => Engine.Builds;

    internal static async Task<BuildRig> StartAsync(BuildCacheOptions? cache = null)
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        string directory = $"/var/tmp/wharf-build-{Guid.NewGuid():N}";
        Directory.CreateDirectory(directory);
        var rig = new BuildRig(directory, await OpenAsync(directory, cache));
        await rig.ImportAsync();
        return rig;
    }

    /// <summary>A new engine on what the old one left.</summary>
    internal async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        Engine = await OpenAsync(_directory, null);
    }

    internal void Write(string path, string content, int mode = 0x1a4)
    {
        string full = Path.Combine(Files, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);

        // Layers may be linked with what is built from: a file is never written in place.
        File.Delete(full);
        File.WriteAllText(full, content);
        File.SetUnixFileMode(full, (UnixFileMode)mode);
    }

    /// <summary>Builds the given Dockerfile.</summary>
    internal async Task<Built> BuildAsync(
        string dockerfile, Func<BuildRequest, BuildRequest>? change = null, IBuildObserver? also = null, CancellationToken cancellationToken = default)
    {
        var request = new BuildRequest { Context = new TestContext(Files), DockerfileText = Encoding.UTF8.GetBytes(dockerfile) };
        var record = new Record(also);
        BuildResult result = await Builds.BuildAsync(change?.Invoke(request) ?? request, record, cancellationToken);
        return new Built(Engine.Images.Find(result.ImageId.ToString()), result, [.. record.Events]);
    }

    /// <summary>Builds what must fail, and gives out how.</summary>
    internal async Task<WharfException> FailAsync(string dockerfile, Func<BuildRequest, BuildRequest>? change = null) =>
        await Assert.ThrowsAnyAsync<WharfException>(() => BuildAsync(dockerfile, change));

    /// <summary>Looks at the files of an image.</summary>
    internal T Look<T>(Image image, Func<string, T> look)
    {
        IReadOnlyList<string> layers = Engine.Images.DirectoriesOf(image);
        if (layers.Count == 1)
        {
            return look(layers[0]);
        }

        string target = Directory.CreateDirectory($"{_directory}/look-{Guid.NewGuid():N}").FullName;
        OverlayMount.MountReadOnly(layers, target);
        try
        {
            return look(target);
        }
        finally
        {
            MountTable.Detach(target);
        }
    }

    internal string Read(Image image, string path) => Look(image, root => File.ReadAllText(Path.Combine(root, path)));

    /// <summary>Paths of all that a layer of an image has.</summary>
    internal string[] FilesOf(Image image, int layer)
    {
        string root = $"{Root}/layers/{image.Layers[layer].DiffId.Hex}/diff";
        return
        [
            .. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(root, path))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Nothing of a build may be left: no directory, no mount, no process.</summary>
    internal void AssertNothingLeft()
    {
        string builds = Root + "/builds";
        Assert.Empty(Directory.Exists(builds) ? Directory.EnumerateFileSystemEntries(builds) : []);
        Assert.Empty(MountTable.Below(Root + "/builds"));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Root + "/layers"), path => Path.GetFileName(path).Contains('-'));
    }

    public async ValueTask DisposeAsync()
    {
        Engine.Networks.RemoveFromHost();
        await Engine.DisposeAsync();
        foreach (string mount in MountTable.Below(_directory))
        {
            MountTable.Detach(mount);
        }

        TreeRemoval.Remove(_directory);
    }

    private static Task<WharfEngine> OpenAsync(string directory, BuildCacheOptions? cache) => WharfEngine.OpenAsync(
        new EngineOptions
        {
            Root = directory + "/root",
            RunDirectory = directory + "/run",
            RuntimePath = Monitor.MonitorRig.RuntimePath,
            BuildCache = cache ?? new BuildCacheOptions(),
        },
        NullLoggerFactory.Instance,
        TimeProvider.System,
        CancellationToken.None);

    private async Task ImportAsync()
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (string name in (string[])["bin", "etc", "tmp", "usr"])
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)(name == "tmp" ? 0x3ff : 0x1ed) });
            }

            await using FileStream program = File.OpenRead(Busybox);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { DataStream = program, Mode = (UnixFileMode)0x1ed });
            foreach (string applet in Applets)
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
            }

            await AddAsync(writer, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1001::/home/worker:/bin/sh\n");
            await AddAsync(writer, "etc/group", "root:x:0:\nworkers:x:1001:\nother:x:2000:\n");
        }

        archive.Position = 0;
        await Engine.Images.ImportAsync(
            archive,
            new ImportRequest { Reference = ImageReference.Parse("busybox"), Changes = ["CMD [\"sh\"]", "ENV FROM_BASE=yes"] },
            CancellationToken.None);
    }

    private static async Task AddAsync(TarWriter writer, string name, string content) => await writer.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)0x1a4 });

    private sealed class Record(IBuildObserver? also) : IBuildObserver
    {
        internal ConcurrentQueue<BuildEvent> Events { get; } = new();

        public void Report(BuildEvent happened)
        {
            Events.Enqueue(happened);
            also?.Report(happened);
        }
    }
}

/// <summary>A build that went well.</summary>
internal sealed record Built(Image Image, BuildResult Result, IReadOnlyList<BuildEvent> Events)
{
    /// <summary>The texts of the steps that had to run.</summary>
    internal string[] Ran => [.. Events.OfType<StepFinished>().Where(step => !step.IsCached).Select(step => step.Step.Text)];

    internal string Output => string.Concat(Events.OfType<StepOutput>().Select(output => Encoding.UTF8.GetString(output.Bytes.Span)));

    /// <summary>The reasons why a step had to run.</summary>
    internal string[] Reasons(string step) =>
        [.. Events.OfType<StepExplained>().Where(explained => explained.Step.Text.StartsWith(step, StringComparison.Ordinal)).SelectMany(explained => explained.Reasons)];
}
