using Wharf.Api;
using Wharf.Api.Builds;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Endpoints;

/// <summary>
/// <c>POST /wharf/build</c>, an upgraded connection: one build of Wharf's own client, in frames (docs/builds.md). The client says what
/// it wants and lists its directory, gets told which files are lacking, sends those, and reads events until the result. Its end of the
/// connection is the build's: a client that goes away stops it.
/// </summary>
internal sealed class BuildSession(WharfEngine engine) : IStreamSession
{
    /// <summary>How long a client that has not read the result yet may go on sending.</summary>
    private static readonly TimeSpan s_drainFor = TimeSpan.FromSeconds(5);

    private readonly List<StoredContext> _contexts = [];

    public bool Tty => true;

    public async Task RunAsync(Stream client, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var frames = new FrameReader(client);
        await using var output = new BuildSessionOutput(client);
        Task<bool>? gone = null;
        BuildResultMessage? result;
        try
        {
            BuildRequest request = await Blocking(() => Receive(frames, client, stop.Token));
            gone = WhenGone(frames, stop);
            BuildResult built = await engine.Builds.BuildAsync(request, output, stop.Token);
            result = new BuildResultMessage { ImageId = built.ImageId.ToString() };
        }
        catch (Exception failure)
        {
            result = stop.IsCancellationRequested ? null : Describe(failure);
        }

        // Before the client hears of it: its next build would find the context in use, and start from nothing.
        await DisposeAsync();
        if (result is not null)
        {
            await output.CompleteAsync(result);
        }

        // Also what a client still sends that has not heard yet: it would wait for ever to be rid of it.
        gone ??= WhenGone(frames, stop);
        await ((Task)gone).WaitAsync(s_drainFor, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync()
    {
        _contexts.ForEach(context => context.Dispose());
        _contexts.Clear();
        return ValueTask.CompletedTask;
    }

    private static BuildResultMessage Describe(Exception failure)
    {
        (int status, string message) = failure is InvalidDataException
            ? (StatusCodes.Status400BadRequest, failure.Message)
            : ErrorMapping.Describe(failure);
        var failed = failure as StepFailedException;
        return new BuildResultMessage
        {
            Error = message,
            Status = status,
            ExitCode = failed?.ExitCode,
            Command = failed?.Command,
            LastLines = failed is null ? null : [.. failed.LastLines],
        };
    }

    /// <summary>Reads on until the client's end, which stops the build.</summary>
    private static Task<bool> WhenGone(FrameReader frames, CancellationTokenSource stop) => Blocking(() =>
    {
        while (frames.Next())
        {
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session was through before.
        }

        return true;
    });

    private static Task<T> Blocking<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private BuildRequest Receive(FrameReader frames, Stream client, CancellationToken cancellationToken)
    {
        Expect(frames, BuildFrame.Request);
        BuildSessionRequest wire = frames.ReadJson(ApiJson.Default.BuildSessionRequest);
        string dockerfile = string.IsNullOrEmpty(wire.Dockerfile) ? "Dockerfile" : wire.Dockerfile;
        var intake = new ContextFrames(engine.BuildContexts, frames, new FrameWriter(client));
        IBuildContext files = Visible(wire.Context, intake, dockerfile, wire, cancellationToken);
        var named = new Dictionary<string, NamedContext>();
        foreach (NamedBuildContext context in wire.NamedContexts ?? [])
        {
            named[context.Name] = context.Source.Kind == BuildContextSource.Image
                ? new NamedImage(ImageNames.Parse(context.Source.Value ?? ""))
                : new NamedFiles(Kept(Files(context.Source, intake, dockerfile, cancellationToken)));
        }

        return BuildMapping.FromSession(wire, files, named);
    }

    /// <summary>A client applies <c>.dockerignore</c> itself to a directory; to everything else it is applied here.</summary>
    private IBuildContext Visible(
        BuildContextSource source, ContextFrames intake, string dockerfile, BuildSessionRequest wire, CancellationToken cancellationToken)
    {
        StoredContext files = Kept(Files(source, intake, dockerfile, cancellationToken));
        if (source.Kind == BuildContextSource.Directory)
        {
            return files;
        }

        ContextDescription described = ContextDescription.Of(files, dockerfile);
        wire.Dockerfile = described.Dockerfile;
        wire.DockerfileText ??= described.DockerfileText;
        return described.Visible;
    }

    private StoredContext Files(BuildContextSource source, ContextFrames intake, string dockerfile, CancellationToken cancellationToken) => source.Kind switch
    {
        BuildContextSource.Directory => intake.Directory(source.Value ?? ""),
        BuildContextSource.Archive => intake.Archive(cancellationToken),
        BuildContextSource.Remote => engine.RemoteContexts.Fetch(source.Value ?? "", dockerfile, cancellationToken),
        BuildContextSource.Empty => engine.BuildContexts.Empty(),
        var other => throw WharfException.Invalid($"a build context cannot be of kind \"{other}\""),
    };

    private StoredContext Kept(StoredContext context)
    {
        _contexts.Add(context);
        return context;
    }

    internal static void Expect(FrameReader frames, BuildFrame type)
    {
        if (!frames.Next())
        {
            throw new EndOfStreamException("the client closed the build session");
        }

        if (frames.Type != type)
        {
            throw new InvalidDataException($"a build session has a frame of type {(int)frames.Type} where one of type {(int)type} belongs");
        }
    }
}
