using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Mounts;
using Wharf.Linux.Processes;
using Wharf.Linux.Sockets;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Execution;

/// <summary>
/// The only place that starts <c>wharf-runtime</c>. A monitor is a child of this process but in a session of its own, and goes on when this
/// process ends.
///
/// A container's process is the runtime until it executes its program, and can reach its binary by <c>/proc/self/exe</c>: what is executed is a
/// read-only view of the file, so that nobody inside can overwrite it (CVE-2019-5736). The view also keeps the version that this engine knows
/// when the file is replaced.
/// </summary>
internal sealed class RuntimeLauncher(string runtimePath) : IMonitors
{
    /// <summary>Programs look for others in PATH (hooks do); nothing else of a daemon's environment is a monitor's business.</summary>
    private const string SearchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly Lazy<SafeFileHandle> _binary = new(() => ReadOnlyClone.Of(runtimePath));

    /// <param name="options">Without a path of its own, the runtime is beside the running program.</param>
    internal static RuntimeLauncher For(EngineOptions options) =>
        new(options.RuntimePath ?? Path.Combine(AppContext.BaseDirectory, "wharf-runtime"));

    public ISpareMonitor Spawn()
    {
        (SafeSocketHandle kept, SafeFileHandle given) = UnixSocket.Pair();
        using (given)
        {
            try
            {
                SafeFileHandle process = Linux.Processes.Spawn.StartHeld(
                    new SpawnRequest
                    {
                        // Not /proc/self: the child closes what it is not given before it executes.
                        Path = $"/proc/{Environment.ProcessId}/fd/{_binary.Value.DangerousGetHandle()}",
                        Name = runtimePath,
                        Arguments = ["monitor"],
                        Environment = [SearchPath],
                        Descriptors = [null, null, null, given],
                        NewSession = true,
                    },
                    out _);
                return new SpareMonitor(new Socket(kept), MonitorReaper.Watch(process));
            }
            catch (LinuxException failure)
            {
                kept.Dispose();
                throw new WharfException(ErrorKind.Internal, $"cannot start the container runtime: {failure.Message}", failure);
            }
        }
    }

    public async Task<IMonitor?> ReconnectAsync(string runDirectory, CancellationToken cancellationToken)
    {
        if (UnixSocket.TryConnect(runDirectory, MonitorProtocol.SocketName) is not { } handle)
        {
            return null;
        }

        var connection = new MonitorConnection(new Socket(handle));
        try
        {
            await connection.SendAsync(new MonitorMessage { Hello = new Hello(MonitorProtocol.Version) }, cancellationToken);
            if (await connection.ReceiveAsync(cancellationToken) is { Snapshot: { } snapshot })
            {
                return new MonitorClient(connection, runDirectory, snapshot);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            // It ended while we asked: the exit file has the answer.
        }

        connection.Dispose();
        return null;
    }

    public Exited? ReadExitFile(string runDirectory) => LastWords.Exit(runDirectory);

    public HealthRecord? ReadHealthFile(string runDirectory) => LastWords.Health(runDirectory);
}
