using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>Another process in a container that runs. A child of this process.</summary>
internal sealed record ExecProcess(int Pid, SafeFileHandle PidFd, SafeFileHandle? TerminalMaster) : IDisposable
{
    public void Dispose() => PidFd.Dispose();
}

/// <summary>What to execute, and where.</summary>
internal sealed record ExecRequest
{
    /// <summary>The container's init: its namespaces are the container's.</summary>
    internal required SafeFileHandle Init { get; init; }

    internal required string Id { get; init; }

    internal required Process Process { get; init; }

    internal required Cgroup Cgroup { get; init; }

    internal StandardStreams? Streams { get; init; }

    internal bool HasUserNamespace { get; init; }

    internal Seccomp? Seccomp { get; init; }

    internal string? SeccompCache { get; init; }

    internal int PreservedDescriptors { get; init; }
}

/// <summary>exec: joins every namespace of a container and takes on an identity in it, as its first process did.</summary>
internal static class ProcessInContainer
{
    private const NamespaceFlags OfTheContainer =
        NamespaceFlags.Mount | NamespaceFlags.Network | NamespaceFlags.Ipc | NamespaceFlags.Uts | NamespaceFlags.Cgroup;

    /// <exception cref="RuntimeFailure">The program could not be executed.</exception>
    internal static ExecProcess Execute(ExecRequest request)
    {
        using var channel = new ChildChannel();
        using var program = new ChildProgram();
        SafeFileHandle? terminal = null;
        ChildProcess? process = null;
        try
        {
            Compile(program, request, channel.ChildDescriptor);
            using (NamespaceFile.JoinPidForChildren(request.Init, request.Id))
            using (SafeFileHandle? unified = request.Cgroup.OpenUnified())
            {
                process = ChildProcess.Start(program, NamespaceFlags.None, unified, channel.Child);
            }

            channel.Child.Dispose();
            while (true)
            {
                ChildMessage message = channel.Receive();
                if (message.Failure is { } failure)
                {
                    throw RuntimeFailure.From(program.Describe(failure));
                }

                if (message.IsEnd)
                {
                    return new ExecProcess(process.Pid, process.PidFd, terminal);
                }

                terminal = message.Descriptor;
            }
        }
        catch (Exception failure)
        {
            terminal?.Dispose();
            if (process is not null)
            {
                PidFd.Kill(process.PidFd);
                PidFd.Wait(process.PidFd, block: true);
                process.Dispose();
            }

            throw failure is LinuxException kernel ? RuntimeFailure.From(kernel) : failure;
        }
    }

    private static void Compile(ChildProgram program, ExecRequest request, int socket)
    {
        Process process = request.Process;

        // In the group before anything else: from here on it is accounted to the container and frozen with it.
        ProcessSteps.JoinCgroup(program, request.Cgroup);
        program.Join(
            (int)request.Init.DangerousGetHandle(), OfTheContainer | (request.HasUserNamespace ? NamespaceFlags.User : 0), $"of container {request.Id}");
        if (request.HasUserNamespace)
        {
            program.BecomeRoot();
        }

        program.NewSession();
        if (process.Terminal)
        {
            Slot root = program.OpenPath("/");
            (Slot master, Slot slave) = program.NewTerminal(root, (ushort)(process.ConsoleSize?.Height ?? 0), (ushort)(process.ConsoleSize?.Width ?? 0));
            program.ChangeOwner(slave, process.User.Uid);
            program.SendDescriptor(socket, Handshake.Terminal, master, "send the terminal");
            program.Close(master);
            program.UseTerminal(slave);
        }
        else
        {
            ProcessSteps.UseDescriptors(program, request.Streams, process.User.Uid);
        }

        program.CloseOnExecFrom(3 + request.PreservedDescriptors);
        InstalledFilter? filter = request.Seccomp is { } profile
            ? new InstalledFilter(SeccompCompiler.Compile(profile, request.SeccompCache), SeccompCompiler.Flags(profile))
            : null;
        Slot file = ProcessSteps.TakeOnIdentity(program, process, filter);
        program.ResetSignals();
        program.Execute(process.Args![0], file, process.Args, ProcessSteps.EnvironmentOf(process));
    }
}
