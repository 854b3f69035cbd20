using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Context;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>POST /build</c>, as Docker's first builder has it: an archive in, lines of text out. A client that goes away stops the build.</summary>
internal static class ClassicBuild
{
    internal static Task RunAsync(HttpContext context, WharfEngine engine, RunningBuilds running) =>
        running.RunAsync(context.Query("buildid"), stop => BuildAsync(context, engine, stop), context.RequestAborted);

    private static async Task BuildAsync(HttpContext context, WharfEngine engine, CancellationToken cancellationToken)
    {
        // What is wrong with the parameters is said before an archive of any size has been read.
        using StoredContext none = engine.BuildContexts.Empty();
        BuildRequest request = BuildMapping.FromQuery(context, none);
        ContextDescription described = await FilesAsync(context, engine, request, cancellationToken);
        using StoredContext files = described.Files;
        request = request with { Context = described.Visible, DockerfileText = described.DockerfileText, Dockerfile = described.Dockerfile };

        using var stream = new ProgressStream(context);
        var output = new ClassicBuildOutput(stream, quiet: context.QueryFlag("q"));
        await stream.RunAsync(async () =>
        {
            BuildResult? result = null;
            try
            {
                result = await output.RelayAsync(observer => engine.Builds.BuildAsync(request, observer, cancellationToken));
            }
            catch (WharfException failure) when (context.Response.HasStarted)
            {
                await stream.WriteAsync(new ProgressMessage
                {
                    // Docker's client exits with this code.
                    ErrorDetail = new ErrorDetail { Message = failure.Message, Code = (failure as StepFailedException)?.ExitCode },
                    Error = failure.Message,
                });
            }

            if (result is not null)
            {
                await output.CompleteAsync(result, request.Tags);
            }
        });
    }

    /// <summary>Reading blocks, so it has a thread of its own.</summary>
    private static Task<ContextDescription> FilesAsync(
        HttpContext context, WharfEngine engine, BuildRequest request, CancellationToken cancellationToken) => Task.Factory.StartNew(
            () =>
            {
                string? remote = context.Query("remote");
                StoredContext files = remote is null
                    ? engine.BuildContexts.Unpack(context.Request.BodyReader.AsStream(), cancellationToken)
                    : engine.RemoteContexts.Fetch(remote, request.Dockerfile, cancellationToken);
                return ContextDescription.Of(files, request.Dockerfile);
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
}
