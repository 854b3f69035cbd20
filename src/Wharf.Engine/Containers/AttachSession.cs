using Wharf.Engine.Execution;
using Wharf.Engine.Logs;

namespace Wharf.Engine.Containers;

/// <summary>One client of <c>attach</c>: first the log, if it asked for it, then the live streams.</summary>
internal sealed class AttachSession(
    ContainerDependencies engine, ReadLogs logs, ContainerSnapshot container, AttachRequest request, Task<Stream?> connecting) : IStreamSession
{
    public bool Tty => container.Config.Tty;

    public async Task RunAsync(Stream client, CancellationToken cancellationToken)
    {
        if (request.Logs)
        {
            await logs.RunAsync(
                container.Id, new LogRequest { Stdout = request.Stdout, Stderr = request.Stderr }, client, cancellationToken);
        }

        if (await connecting.WaitAsync(cancellationToken) is not { } monitor)
        {
            return;
        }

        await using (monitor)
        {
            if (await engine.Relay.RunAsync(client, monitor, Tty, request.DetachKeys, cancellationToken) == RelayEnd.Detached)
            {
                engine.Events.Publish(container, "detach");
            }
        }
    }

    /// <summary>A connection that nobody came to use is closed as soon as it is there.</summary>
    public async ValueTask DisposeAsync()
    {
        if (connecting is { IsCompletedSuccessfully: true, Result: { } monitor })
        {
            await monitor.DisposeAsync();
        }
        else
        {
            _ = connecting.ContinueWith(
                late => late.Result?.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        }
    }
}
