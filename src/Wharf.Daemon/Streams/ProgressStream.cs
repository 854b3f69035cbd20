using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Engine;

namespace Wharf.Daemon.Streams;

/// <summary>
/// The answer of a long operation (pull, push, load, import, build): progress as JSON lines. The head goes out with the first line, so a
/// failure before that has a status of its own; a later one is the stream's last line, under a status of 200 that cannot be taken back.
/// Lines may come from several threads.
/// </summary>
internal sealed class ProgressStream(HttpContext context) : IDisposable
{
    private readonly JsonLines _lines = new(context);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Runs <paramref name="work"/>, which reports through this stream, and turns its failure into what the client expects.</summary>
    internal async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (context.Response.HasStarted)
        {
            (int status, string message) = ErrorMapping.Describe(failure);
            await WriteAsync(new ProgressMessage
            {
                ErrorDetail = new ErrorDetail { Message = message, Code = failure is WharfException { Kind: not ErrorKind.Internal } ? status : null },
                Error = message,
            });
        }
    }

    /// <summary>A plain sentence: <c>Status: Downloaded newer image for …</c>.</summary>
    internal Task StatusAsync(string status, string? id = null) => WriteAsync(new ProgressMessage { Status = status, Id = id });

    /// <summary>Where one of several parts stands. A total of 0 draws no bar.</summary>
    internal Task ProgressAsync(string id, string status, long current, long total) => WriteAsync(new ProgressMessage
    {
        Status = status,
        Id = id,
        ProgressDetail = total > 0 ? new ProgressDetail { Current = current, Total = total } : new ProgressDetail(),
        Progress = total > 0 ? ProgressBar.Draw(current, total) : null,
    });

    internal async Task WriteAsync(ProgressMessage message)
    {
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "application/json";
            }

            await _lines.WriteAsync(message, ApiJson.Default.ProgressMessage);
        }
        finally
        {
            _turn.Release();
        }
    }
}
