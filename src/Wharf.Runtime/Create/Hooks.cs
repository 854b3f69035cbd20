using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Oci.Monitor;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>Programs that the specification wants run at points of a container's life (config.md, "POSIX-platform Hooks").</summary>
internal static class Hooks
{
    private const NamespaceFlags AllButUserAndPid =
        NamespaceFlags.Mount | NamespaceFlags.Network | NamespaceFlags.Ipc | NamespaceFlags.Uts;

    /// <summary>For hooks that run in the container's namespaces: the process that has them.</summary>
    internal static SafeFileHandle Inside(SafeFileHandle pidFd) => pidFd;

    /// <summary>Runs each hook in turn with the state on its standard input; one that fails ends it.</summary>
    /// <param name="inside">A process whose namespaces the hooks join; the host's when null.</param>
    internal static void Run(IReadOnlyList<Hook>? hooks, State state, SafeFileHandle? inside)
    {
        if (hooks is not { Count: > 0 })
        {
            return;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(state, RuntimeSpecJson.Default.State);
        foreach (Hook hook in hooks)
        {
            Run(hook, json, inside);
        }
    }

    private static void Run(Hook hook, byte[] state, SafeFileHandle? inside)
    {
        if (!hook.Path.StartsWith('/'))
        {
            throw new RuntimeFailure($"hooks: path '{hook.Path}' is not absolute");
        }

        using SafeFileHandle input = MemoryFile.Create("hook-state", state);
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using var channel = new ChildChannel();
        using var program = new ChildProgram();
        if (inside is not null)
        {
            program.Join((int)inside.DangerousGetHandle(), AllButUserAndPid, "of the container");
        }

        program.DuplicateTo(program.DuplicateAbove(input), 0);

        // What a hook prints is no output of the container's, which our own standard output may be; errors are for people.
        program.DuplicateTo(program.DuplicateAbove(nothing), 1);
        program.CloseOnExecFrom(3);
        program.ResetSignals();
        Slot path = program.FindProgram(hook.Path, [hook.Path]);
        program.Execute(hook.Path, path, hook.Args ?? [hook.Path], hook.Env ?? []);
        using ChildProcess process = ChildProcess.Start(program, NamespaceFlags.None, cgroup: null, channel.Child);
        channel.Child.Dispose();
        if (channel.Receive().Failure is { } failure)
        {
            PidFd.Wait(process.PidFd, block: true);
            throw new RuntimeFailure(FailureKind.Internal, "run hook", hook.Path, failure.Errno, $"hook {hook.Path}: {failure.Errno.Describe()}");
        }

        if (hook.Timeout is { } seconds && !PidFd.WaitForEnd(process.PidFd, seconds * 1000))
        {
            PidFd.Kill(process.PidFd);
            PidFd.Wait(process.PidFd, block: true);
            throw new RuntimeFailure(FailureKind.Internal, "run hook", hook.Path, Errno.ETIMEDOUT, $"hook {hook.Path}: timed out after {seconds} s");
        }

        int code = PidFd.Wait(process.PidFd, block: true)!.Value.Code;
        if (code != 0)
        {
            throw new RuntimeFailure(FailureKind.Internal, "run hook", hook.Path, Errno.None, $"hook {hook.Path}: exit status {code}");
        }
    }
}
