using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Logs;

namespace Wharf.Engine.Containers;

/// <summary><c>logs</c>.</summary>
internal sealed class ReadLogs(ContainerDependencies engine, ILogReader reader)
{
    internal async Task RunAsync(string idOrName, LogRequest request, Stream output, CancellationToken cancellationToken)
    {
        Container container = engine.Registry.Find(idOrName);
        ContainerSnapshot snapshot = container.Snapshot;
        if (!request.Stdout && !request.Stderr)
        {
            throw WharfException.Invalid("You must choose at least one stream");
        }

        if (snapshot.HostConfig.LogConfig.Type == "none")
        {
            throw new WharfException(ErrorKind.NotImplemented, "configured logging driver does not support reading");
        }

        // Only a follower waits for the end, and it stops waiting when it stops reading.
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task ended = request.Follow ? container.WaitFor(WaitCondition.NotRunning, reading.Token) : Task.CompletedTask;
        try
        {
            await reader.CopyAsync(new LogSource(snapshot.Paths.Log, snapshot.Config.Tty, ended), request, output, cancellationToken);
        }
        finally
        {
            await reading.CancelAsync();
        }
    }
}
