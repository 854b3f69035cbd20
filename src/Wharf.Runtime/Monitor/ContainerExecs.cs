using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Memory;
using Wharf.Linux.Namespaces;
using Wharf.Oci.Monitor;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Commands;
using Wharf.Runtime.Create;

namespace Wharf.Runtime.Monitor;

/// <summary>The programs that were executed in a container beside its first.</summary>
internal sealed class ContainerExecs(
    EventLoop loop, PageBuffer buffer, Configure configuration, Spec spec, CreatedContainer container, Action onSettled)
{
    private const int MaxRunning = 1000;

    /// <summary>How many ended ones a daemon that was away can still ask for.</summary>
    private const int MaxRemembered = 32;

    private readonly bool _hasUserNamespace = spec.Linux?.Namespaces?.Any(entry => entry.Type == "user") is true;
    private readonly bool _hasSeccomp = spec.Linux?.Seccomp is not null;
    private readonly List<ExecSession> _running = [];
    private readonly Queue<ExecSnapshot> _ended = [];
    private readonly List<ProcessStreams> _draining = [];

    /// <summary>Somebody still has output to take, also of one that has ended.</summary>
    internal bool HaveClients => _running.Exists(session => session.Streams.HasClients) || _draining.Exists(streams => streams.HasClients);

    /// <param name="record">Where its output goes beside to clients.</param>
    /// <param name="onEnd">Called when it has gone and its output is through.</param>
    /// <exception cref="RuntimeFailure">It could not be executed.</exception>
    internal ExecSession Start(Exec exec, IOutputRecord? record, Action<ExecSession> onEnd)
    {
        if (_running.Count >= MaxRunning)
        {
            throw new RuntimeFailure($"exec: {MaxRunning} programs are being executed in this container already");
        }

        var streams = new ProcessStreams(loop, buffer, record, closeInputWithClient: true);
        try
        {
            ExecProcess process = Execute(exec, streams);
            OomScore.Reset(process.Pid, exec.Process.OomScoreAdj);
            streams.Open(process.TerminalMaster, exec.Stdin);
            var session = new ExecSession(loop, exec.ExecId, process, streams, session => OnEnd(session, onEnd));
            _running.Add(session);
            return session;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <exception cref="RuntimeFailure">There is none of that name that runs.</exception>
    internal ExecSession Find(string id) => _running.Find(session => session.Id == id)
        ?? throw new RuntimeFailure(FailureKind.Internal, "exec", id, Errno.ESRCH, $"exec {id} is not running");

    /// <summary>The container has gone and taken them along: tell how, without waiting for anything.</summary>
    internal void EndAll()
    {
        foreach (ExecSession session in _running.ToArray())
        {
            session.EndWithContainer();
        }
    }

    internal List<ExecSnapshot> Snapshots() =>
        [.. _running.Select(session => new ExecSnapshot(session.Id, session.Pid, Running: true, ExitCode: 0)), .. _ended];

    /// <summary>What ended lately, for an engine that was away.</summary>
    internal void Remember(ExecSession session)
    {
        _ended.Enqueue(new ExecSnapshot(session.Id, session.Pid, Running: false, session.ExitCode!.Value));
        if (_ended.Count > MaxRemembered)
        {
            _ended.Dequeue();
        }
    }

    private void OnEnd(ExecSession session, Action<ExecSession> onEnd)
    {
        _running.Remove(session);
        _draining.RemoveAll(streams => !streams.HasClients);
        if (session.Streams.HasClients)
        {
            _draining.Add(session.Streams);
        }

        onEnd(session);
        onSettled();
    }

    private ExecProcess Execute(Exec exec, ProcessStreams streams)
    {
        using SafeFileHandle ownNamespace = NamespaceFile.Open("/proc/self/ns/pid");
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        try
        {
            return ProcessInContainer.Execute(new ExecRequest
            {
                Init = container.PidFd,
                Id = configuration.Id,
                Process = exec.Process,
                Cgroup = container.Cgroup,
                Streams = exec.Process.Terminal ? null : streams.MakePipes(exec.Stdin, nothing),
                HasUserNamespace = _hasUserNamespace,
                Seccomp = _hasSeccomp ? Bundle.Read(configuration.Bundle).Spec.Linux?.Seccomp : null,
                SeccompCache = configuration.SeccompCache,
            });
        }
        finally
        {
            // Programs of our own (packing a log) belong where we are.
            NamespaceFile.JoinPidForChildren(ownNamespace, "of the monitor");
        }
    }
}
