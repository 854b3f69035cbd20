using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Logs;

namespace Wharf.Engine.Containers;

/// <summary><c>logs</c>.</summary>
internal sealed class ReadLogs(ContainerDependencies engine, ILogReader reader)
{
    internal Task RunAsync(string idOrName, LogRequest request, Stream output, CancellationToken cancellationToken)
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

        return reader.CopyAsync(
            new LogSource(snapshot.Paths.Log, snapshot.Config.Tty, container.WaitFor(WaitCondition.NotRunning, cancellationToken)),
            request,
            output,
            cancellationToken);
    }
}
