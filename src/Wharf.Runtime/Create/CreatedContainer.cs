using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>A container that has been made: its init waits, then runs, then has gone. A child of this process.</summary>
internal sealed class CreatedContainer : IDisposable
{
    private readonly ChildProgram _program;
    private readonly ChildChannel _channel;
    private readonly ChildProcess _process;
    private readonly Oci.RuntimeSpec.Hooks? _hooks;
    private readonly IReadOnlyDictionary<string, string>? _annotations;
    private readonly string _id;
    private readonly string _bundle;

    internal CreatedContainer(CreateRequest request, Cgroup cgroup, ChildProgram program, ChildChannel channel, ChildProcess process, SafeFileHandle? terminal)
    {
        // Not the whole specification: a monitor holds on to this for as long as the container runs.
        _hooks = request.Spec.Hooks;
        _annotations = request.Spec.Annotations;
        HasOwnPidNamespace = (request.Spec.Linux?.Namespaces ?? []).Any(entry => entry.Type == "pid" && string.IsNullOrEmpty(entry.Path));
        _id = request.Id;
        _bundle = request.Bundle;
        _program = program;
        _channel = channel;
        _process = process;
        Cgroup = cgroup;
        TerminalMaster = terminal;
        StartTime = Linux.Processes.PidFd.StartTime(process.Pid);
    }

    internal int Pid => _process.Pid;

    /// <summary>Readable once init has gone.</summary>
    internal SafeFileHandle PidFd => _process.PidFd;

    internal ulong StartTime { get; }

    /// <summary>The master of the container's terminal, if it has one. The caller's to use, and to dispose.</summary>
    internal SafeFileHandle? TerminalMaster { get; }

    internal Cgroup Cgroup { get; }

    internal bool HasOwnPidNamespace { get; }

    /// <summary>Lets init execute the program, and waits until it has.</summary>
    /// <exception cref="RuntimeFailure">It could not; init has gone.</exception>
    internal void Start()
    {
        Hooks.Run(_hooks?.StartContainer, State("created"), Hooks.Inside(PidFd));
        _channel.Send(Handshake.Start);
        ChildMessage answer = _channel.Receive();
        if (answer.Failure is { } failure)
        {
            throw RuntimeFailure.From(_program.Describe(failure));
        }

        _program.Dispose();
        Hooks.Run(_hooks?.Poststart, State("running"), inside: null);
    }

    /// <summary>Removes what the container leaves once init has gone: its cgroup, and with it whatever still runs in it.</summary>
    internal void Delete()
    {
        HostSide.EndAll(Cgroup);
        Cgroup.Delete();
        try
        {
            Hooks.Run(_hooks?.Poststop, State("stopped"), inside: null);
        }
        catch (RuntimeFailure)
        {
            // "the runtime MUST log a warning, but the remaining hooks and lifecycle continue" (runtime.md): nobody is left to hear it here.
        }
    }

    /// <summary>Ends a container that is not to live: kills init, reaps it, removes the rest.</summary>
    internal void Abandon()
    {
        Linux.Processes.PidFd.Kill(PidFd);
        Linux.Processes.PidFd.Wait(PidFd, block: true);
        Delete();
        Dispose();
    }

    public void Dispose()
    {
        _channel.Dispose();
        _process.Dispose();
        _program.Dispose();
    }

    private State State(string status) => new()
    {
        Id = _id,
        Status = status,
        Pid = status == "stopped" ? null : Pid,
        Bundle = _bundle,
        Annotations = _annotations,
    };
}
