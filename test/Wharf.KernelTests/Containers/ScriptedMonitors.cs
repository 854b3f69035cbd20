using System.Collections.Concurrent;
using System.Threading.Channels;
using Wharf.Engine.Execution;
using Wharf.Oci.Monitor;

namespace Wharf.KernelTests.Containers;

/// <summary>Monitors without containers: they end when they are signalled or told to, and outlive the engine as real ones do.</summary>
internal sealed class ScriptedMonitors : IMonitors
{
    private readonly ConcurrentDictionary<string, ScriptedMonitor> _running = new();

    internal Failed? CreateFailure { get; set; }
    internal Failed? StartFailure { get; set; }

    /// <summary>SIGTERM has no effect.</summary>
    internal bool Stubborn { get; set; }

    internal int Created { get; private set; }

    internal ScriptedMonitor Of(string id) => _running.Single(pair => pair.Key.EndsWith(id, StringComparison.Ordinal)).Value;

    public ISpareMonitor Spawn() => new Spare(this);

    public Task<IMonitor?> ReconnectAsync(string runDirectory, CancellationToken cancellationToken) =>
        Task.FromResult<IMonitor?>(_running.GetValueOrDefault(runDirectory)?.Again());

    public Exited? ReadExitFile(string runDirectory) => File.Exists(runDirectory + "/exit.json")
        ? new Exited(int.Parse(File.ReadAllText(runDirectory + "/exit.json")), OomKilled: false, Now())
        : null;

    public HealthRecord? ReadHealthFile(string runDirectory) => null;

    internal static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private sealed class Spare(ScriptedMonitors monitors) : ISpareMonitor
    {
        public Task<IMonitor> CreateAsync(Configure configuration, CancellationToken cancellationToken)
        {
            if (!File.Exists(configuration.Bundle + "/config.json") || !File.Exists(configuration.Bundle + "/merged/etc/passwd"))
            {
                throw new InvalidOperationException("the bundle is not complete");
            }

            if (monitors.CreateFailure is { } failure)
            {
                throw new MonitorFailedException(failure);
            }

            monitors.Created++;
            var monitor = new ScriptedMonitor(monitors, configuration.RunDirectory);
            monitors._running[configuration.RunDirectory] = monitor;
            return Task.FromResult<IMonitor>(monitor);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    internal sealed class ScriptedMonitor(ScriptedMonitors monitors, string runDirectory) : IMonitor
    {
        private readonly TaskCompletionSource<Exited> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _started;

        public Snapshot Snapshot => new() { Pid = Environment.ProcessId, StartTime = 1, Started = _started, StartedUnixNanoseconds = Now() };

        public Task<Exited> Exited => _exited.Task;

        internal List<int> Signals { get; } = [];

        public Task<Started> StartAsync(CancellationToken cancellationToken)
        {
            if (monitors.StartFailure is { } failure)
            {
                monitors._running.TryRemove(runDirectory, out _);
                _exited.TrySetException(new IOException("gone"));
                throw new MonitorFailedException(failure);
            }

            _started = true;
            return Task.FromResult(new Started(Now()));
        }

        public Task SignalAsync(int number, string? execId, CancellationToken cancellationToken)
        {
            Signals.Add(number);
            if (number == 9 || (number == 15 && !monitors.Stubborn))
            {
                End(128 + number);
            }

            return Task.CompletedTask;
        }

        /// <summary>The program ends; the engine, if there is one, is told.</summary>
        internal void End(int exitCode)
        {
            monitors._running.TryRemove(runDirectory, out _);
            File.WriteAllText(runDirectory + "/exit.json", exitCode.ToString());
            _exited.TrySetResult(new Exited(exitCode, OomKilled: false, Now()));
        }

        /// <summary>The same monitor as a new engine sees it.</summary>
        internal ScriptedMonitor Again() => this;

        public Task ResizeAsync(int rows, int columns, string? execId, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SetProbingAsync(bool on, CancellationToken cancellationToken) => Task.CompletedTask;

        public ChannelReader<MonitorMessage> Probes { get; } = Channel.CreateUnbounded<MonitorMessage>().Reader;

        public Task<Stream> AttachAsync(Attach request, CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(new MemoryStream("output"u8.ToArray()));

        public Task<RunningExec> ExecAsync(Exec request, CancellationToken cancellationToken) =>
            Task.FromResult(new RunningExec(1, new MemoryStream(), Task.FromResult(5)));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
