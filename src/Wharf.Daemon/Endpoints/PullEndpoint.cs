using System.Threading.Channels;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Pull;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>POST /images/create?fromImage=</c>: pull.</summary>
internal static class PullEndpoint
{
    /// <summary>A client that falls this far behind misses the oldest lines rather than holding the pull up.</summary>
    private const int QueuedLines = 4096;

    internal static async Task Pull(HttpContext context, PullImage pull)
    {
        ImageReference reference = ImageNames.Parse(context.Query("fromImage") ?? "", context.Query("tag"));
        var request = new PullRequest
        {
            Reference = reference,
            // A name with neither tag nor digest means all tags: clients add "latest" themselves when they mean it.
            AllTags = reference is { Tag: null, Digest: null },
            Platform = ImageNames.ParsePlatform(context.Query("platform")),
            Credentials = RegistryMapping.CredentialsOf(context),
        };
        using var stream = new ProgressStream(context);
        await stream.RunAsync(() => RelayAsync(pull, request, stream, context.RequestAborted));
    }

    private static async Task RelayAsync(PullImage pull, PullRequest request, ProgressStream stream, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateBounded<PullProgress>(new BoundedChannelOptions(QueuedLines)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });
        Task pulling = RunAsync(pull, request, lines.Writer, cancellationToken);
        await foreach (PullProgress line in lines.Reader.ReadAllAsync(CancellationToken.None))
        {
            await WriteAsync(stream, line);
        }

        await pulling;
    }

    private static async Task RunAsync(PullImage pull, PullRequest request, ChannelWriter<PullProgress> lines, CancellationToken cancellationToken)
    {
        try
        {
            await pull.RunAsync(request, new Queue(lines), cancellationToken);
        }
        finally
        {
            lines.Complete();
        }
    }

    private static Task WriteAsync(ProgressStream stream, PullProgress line) => line switch
    {
        { Current: { } current, Total: { } total, Id: { } id } => stream.ProgressAsync(id, line.Status, current, total),
        { Id: { } id } when !line.Status.StartsWith("Pulling from", StringComparison.Ordinal) => stream.ProgressAsync(id, line.Status, 0, 0),
        _ => stream.StatusAsync(line.Status, line.Id),
    };

    private sealed class Queue(ChannelWriter<PullProgress> lines) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => lines.TryWrite(value);
    }
}
