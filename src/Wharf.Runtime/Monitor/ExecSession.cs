using Wharf.Linux.Fds;
using Wharf.Linux.Processes;
using Wharf.Runtime.Create;

namespace Wharf.Runtime.Monitor;

/// <summary>One program that was executed in the container beside its first.</summary>
internal sealed class ExecSession
{
    /// <summary>How long output is waited for that something else holds open once the program itself has gone.</summary>
    private const int DrainMilliseconds = 2000;

    private readonly EventLoop _loop;
    private readonly ExecProcess _process;
    private readonly Watched _end;
    private readonly Action<ExecSession> _onEnd;

    internal ExecSession(EventLoop loop, string id, ExecProcess process, ProcessStreams streams, Action<ExecSession> onEnd)
    {
        _loop = loop;
        _process = process;
        _onEnd = onEnd;
        Id = id;
        Streams = streams;
        streams.OnEnd = Settle;
        _end = new Watched(process.PidFd, OnExit);
        loop.Add(_end, Readiness.Readable);
    }

    internal string Id { get; }

    internal int Pid => _process.Pid;

    internal ProcessStreams Streams { get; }

    /// <summary>Null while it runs.</summary>
    internal int? ExitCode { get; private set; }

    /// <summary>The exit code has been told.</summary>
    internal bool Ended { get; private set; }

    /// <summary>Kills it and what it has started.</summary>
    internal void Kill()
    {
        if (ExitCode is null)
        {
            ProcessGroup.Kill(Pid);
        }
    }

    internal void Signal(int number) => PidFd.Signal(_process.PidFd, number);

    /// <summary>It was killed with its container: whatever it has written is read, nothing is waited for.</summary>
    internal void EndWithContainer()
    {
        if (ExitCode is null)
        {
            ExitCode = PidFd.Wait(_process.PidFd, block: true)!.Value.Code;
            _loop.Remove(_end);
            _process.Dispose();
        }

        Streams.EndNow();
        Settle();
    }

    private void OnExit()
    {
        if (PidFd.Wait(_process.PidFd, block: false) is { } end)
        {
            ExitCode = end.Code;
            _loop.Remove(_end);
            _process.Dispose();
            _loop.After(DrainMilliseconds, Streams.EndNow);
            Streams.Drain();
            Settle();
        }
    }

    private void Settle()
    {
        if (ExitCode is not null && Streams.Ended && !Ended)
        {
            Ended = true;
            _onEnd(this);
        }
    }
}
