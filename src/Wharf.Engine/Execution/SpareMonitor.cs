using System.Net.Sockets;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>A started monitor that waits to be told what container it is for.</summary>
internal sealed class SpareMonitor(Socket socket, Task<int> ended) : ISpareMonitor
{
    private readonly MonitorConnection _connection = new(socket);
    private bool _used;

    public async Task<IMonitor> CreateAsync(Configure configuration, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.SendAsync(new MonitorMessage { Configure = configuration }, cancellationToken);
            MonitorMessage? answer = await _connection.ReceiveAsync(cancellationToken);
            if (answer?.Created is { } created)
            {
                _used = true;
                var snapshot = new Snapshot { Pid = created.Pid, StartTime = created.StartTime, MonitorPid = created.MonitorPid };
                return new MonitorClient(_connection, configuration.RunDirectory, snapshot);
            }

            throw new MonitorFailedException(answer?.Failed ?? await DeathAsync(configuration));
        }
        catch (IOException broken)
        {
            throw new MonitorFailedException(await DeathAsync(configuration, broken.Message));
        }
    }

    /// <summary>An unused one sees its connection close, and ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_used)
        {
            _connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>It ended without a word of its own: say with what code, and where its last output is.</summary>
    private async Task<Failed> DeathAsync(Configure configuration, string? detail = null)
    {
        int code = await ended;
        return new Failed(
            FailureKind.Internal,
            "create",
            configuration.Id,
            0,
            $"the container's monitor ended with code {code} before the container was made; see {configuration.RunDirectory}/monitor.log"
                + (detail is null ? "" : $" ({detail})"));
    }
}
