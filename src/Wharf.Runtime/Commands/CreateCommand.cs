using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Create;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>create</c>: makes a container whose init waits on a fifo for <c>start</c>.</summary>
internal static class CreateCommand
{
    internal static readonly string[] Flags = ["no-pivot", "no-new-keyring", "detach|d", "keep"];
    internal static readonly string[] Options = ["bundle|b", "console-socket", "pid-file", "preserve-fds"];

    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, Flags, Options);
        StateDirectory directory = StateDirectory.Make(global.Root, arguments.Id());
        try
        {
            Fifo.Make(directory.FifoPath);
            using SafeFileHandle fifo = Fifo.OpenBothWays(directory.FifoPath);
            CreatedContainer container = Make(global, arguments, fifo, out Spec spec, out string bundle);
            try
            {
                PassTerminal(arguments, spec, container);
                Record(directory, container, spec, bundle, arguments);
            }
            catch
            {
                container.Abandon();
                throw;
            }
        }
        catch
        {
            directory.Remove();
            throw;
        }

        return 0;
    }

    internal static CreatedContainer Make(GlobalOptions global, Arguments arguments, SafeFileHandle? fifo, out Spec spec, out string bundle)
    {
        bundle = Path.GetFullPath(arguments.Value("bundle") ?? ".");
        spec = Bundle.Read(bundle);
        if (spec.Process is { Terminal: true } && arguments.Value("console-socket") is null)
        {
            throw new RuntimeFailure("process.terminal is set: --console-socket is needed to hand the terminal over");
        }

        return ContainerFactory.Create(new CreateRequest
        {
            Id = arguments.Id(),
            Spec = spec,
            Bundle = bundle,
            StartFifo = fifo,
            SeccompCache = Path.Combine(global.Root, ".seccomp"),
            PreservedDescriptors = arguments.Count("preserve-fds"),
            NoPivot = arguments.Has("no-pivot"),
            NoNewKeyring = arguments.Has("no-new-keyring"),
        });
    }

    internal static void PassTerminal(Arguments arguments, Spec spec, CreatedContainer container)
    {
        if (container.TerminalMaster is { } master && arguments.Value("console-socket") is { } socket)
        {
            ConsoleSocket.Send(socket, master, container.Pid.ToString());
            master.Dispose();
        }
    }

    internal static void Record(StateDirectory directory, CreatedContainer container, Spec spec, string bundle, Arguments arguments)
    {
        if (arguments.Value("pid-file") is { } pidFile)
        {
            AtomicFile.Write(pidFile, System.Text.Encoding.ASCII.GetBytes(container.Pid.ToString()));
        }

        directory.Write(
            new ContainerRecord
            {
                Id = directory.Id,
                Pid = container.Pid,
                StartTime = container.StartTime,
                Bundle = bundle,
                CgroupPath = container.Cgroup.Path,
                HasUserNamespace = (spec.Linux?.Namespaces ?? []).Any(entry => entry.Type == "user"),
                Created = DateTimeOffset.UtcNow,
            },
            spec);
    }
}
