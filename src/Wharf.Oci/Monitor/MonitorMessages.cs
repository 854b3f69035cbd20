using Wharf.Oci.RuntimeSpec;

namespace Wharf.Oci.Monitor;

/// <summary>
/// The private protocol between the engine and one container's monitor. Not an API: both ends come from one build, but a monitor outlives
/// the daemon that started it, so fields are only ever added and <see cref="MonitorProtocol.Version"/> names what the running one speaks.
/// <code>
/// engine                                     monitor
///   spawn, fd 3 = one end of a socketpair ──►
///   Configure ─────────────────────────────►  read the bundle, make the container; its init waits
///   ◄──────────────────────────── Created      (or Failed, and the monitor is gone)
///   attach connections to monitor.sock ────►   now, so that no byte of output is missed
///   Start ─────────────────────────────────►  init executes the program
///   ◄──────────────────────────── Started      (or Failed)
///   … Signal, Resize, Pause …                 … Exited, ExecExited
/// </code>
/// Every message is a 4-byte little-endian length and that many bytes of JSON: <see cref="MonitorMessage"/> with one member set.
/// A connection to <c>monitor.sock</c> says in its first message what it is: <see cref="Hello"/> (control, as fd 3), <see cref="Attach"/> or
/// <see cref="Exec"/>. The latter two are answered by <see cref="Attached"/>, <see cref="ExecStarted"/> or <see cref="Failed"/>, and from then
/// on carry raw bytes: towards the monitor stdin (a half-close is end of file), towards the engine the output, plain for a terminal and in
/// Docker's 8-byte stdcopy frames otherwise; the monitor closes the connection when the process has gone and its output is through.
/// </summary>
public sealed record MonitorMessage
{
    /// <summary>Set by the asker, repeated in the answer; absent in events.</summary>
    public int? Sequence { get; init; }

    public Configure? Configure { get; init; }
    public Start? Start { get; init; }
    public Hello? Hello { get; init; }
    public Attach? Attach { get; init; }
    public Exec? Exec { get; init; }
    public Signal? Signal { get; init; }
    public Resize? Resize { get; init; }
    public Probing? Probing { get; init; }

    public Created? Created { get; init; }
    public Started? Started { get; init; }
    public Snapshot? Snapshot { get; init; }
    public Attached? Attached { get; init; }
    public ExecStarted? ExecStarted { get; init; }
    public Done? Done { get; init; }
    public Failed? Failed { get; init; }
    public Exited? Exited { get; init; }
    public ExecExited? ExecExited { get; init; }
    public ProbeStarted? ProbeStarted { get; init; }
    public ProbeEnded? ProbeEnded { get; init; }
}

public static class MonitorProtocol
{
    public const int Version = 1;

    /// <summary>Larger messages are refused: a corrupt length must not become an allocation. A bundle's spec is read from disk, not sent.</summary>
    public const int MaxMessageBytes = 4 << 20;

    /// <summary>The inherited control connection of a monitor.</summary>
    public const int ControlDescriptor = 3;

    public const string SocketName = "monitor.sock";
    public const string ExitFileName = "exit.json";
    public const string HealthFileName = "health.json";
}

/// <summary>First message on fd 3: what to run and where.</summary>
public sealed record Configure
{
    public int Version { get; init; } = MonitorProtocol.Version;
    public required string Id { get; init; }

    /// <summary>Directory that holds <c>config.json</c>.</summary>
    public required string Bundle { get; init; }

    /// <summary>The container's volatile directory: <c>monitor.sock</c> and <c>exit.json</c> are made in it.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Where compiled seccomp filters are kept between starts.</summary>
    public string? SeccompCache { get; init; }

    public bool OpenStdin { get; init; }

    /// <summary>Close stdin for good when the first attached client closes its side.</summary>
    public bool StdinOnce { get; init; }

    public LogSettings Log { get; init; } = new();

    /// <summary>Null for a container whose health is not watched.</summary>
    public HealthSettings? Health { get; init; }
}

/// <summary>What the monitor does with output. Options are parsed by the engine; the monitor is told plain numbers.</summary>
public sealed record LogSettings
{
    /// <summary><c>json-file</c> or <c>none</c>.</summary>
    public string Driver { get; init; } = "none";

    public string? Path { get; init; }

    /// <summary>Bytes after which the file is rotated; 0 never rotates.</summary>
    public long MaxSize { get; init; }

    /// <summary>Files kept, the current one included.</summary>
    public int MaxFiles { get; init; } = 1;

    public bool Compress { get; init; }

    /// <summary>Docker's <c>attrs</c>: labels, environment and tag that each line carries.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

public sealed record Start;

/// <summary>A control connection made after a restart of the daemon; answered by <see cref="Snapshot"/>.</summary>
public sealed record Hello(int Version);

public sealed record Attach
{
    public bool Stdin { get; init; }
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
}

public sealed record Exec
{
    public required string ExecId { get; init; }
    public required Process Process { get; init; }
    public bool Stdin { get; init; }
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
}

/// <param name="Number">Signal number, sent to the container's init, or with <paramref name="ExecId"/> to that process.</param>
public sealed record Signal(int Number, string? ExecId = null);

public sealed record Resize(ushort Rows, ushort Columns, string? ExecId = null);

/// <param name="Pid">The container's init, in the engine's pid namespace.</param>
/// <param name="StartTime">Field 22 of /proc/PID/stat, so that a reused pid is not mistaken for it.</param>
public sealed record Created(int Pid, ulong StartTime, int MonitorPid);

/// <param name="UnixNanoseconds">When the program was executed.</param>
public sealed record Started(long UnixNanoseconds);

public sealed record Attached;

public sealed record ExecStarted(int Pid);

public sealed record Done;

/// <summary>Where a monitor stands, for a daemon that has just come back.</summary>
public sealed record Snapshot
{
    public int Version { get; init; } = MonitorProtocol.Version;
    public int Pid { get; init; }
    public ulong StartTime { get; init; }
    public int MonitorPid { get; init; }
    public bool Started { get; init; }
    public long StartedUnixNanoseconds { get; init; }
    public Exited? Exited { get; init; }
    public HealthRecord? Health { get; init; }
    public IReadOnlyList<ExecSnapshot> Execs { get; init; } = [];
}

public sealed record ExecSnapshot(string ExecId, int Pid, bool Running, int ExitCode);

/// <summary>What stage a failure belongs to; decides Docker's exit code 125, 126 or 127.</summary>
public enum FailureKind
{
    Internal,
    InvalidSpec,
    CommandNotFound,
    CommandNotExecutable,
}

/// <summary>A step failed. Errno, operation and target cross the boundary as they were, not as a sentence.</summary>
public sealed record Failed(FailureKind Kind, string Operation, string Target, int Errno, string Message);

/// <summary>The init process has gone and its output is through. Also the content of <c>exit.json</c>.</summary>
public sealed record Exited(int ExitCode, bool OomKilled, long UnixNanoseconds);

public sealed record ExecExited(string ExecId, int ExitCode);
