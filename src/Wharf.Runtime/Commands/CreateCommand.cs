using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
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
            CreatedContainer container = Make(global, arguments, fifo, out Bundle bundle);
            try
            {
                PassTerminal(arguments, container);
                Record(directory, container, bundle, arguments);
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

    internal static CreatedContainer Make(GlobalOptions global, Arguments arguments, SafeFileHandle? fifo, out Bundle bundle)
    {
        bundle = Bundle.Read(Path.GetFullPath(arguments.Value("bundle") ?? "."));
        if (bundle.Spec.Process is { Terminal: true } && arguments.Value("console-socket") is null)
        {
            throw new RuntimeFailure("process.terminal is set: --console-socket is needed to hand the terminal over");
        }

        return ContainerFactory.Create(new CreateRequest
        {
            Id = arguments.Id(),
            Spec = bundle.Spec,
            Bundle = bundle.Directory,
            StartFifo = fifo,
            SeccompCache = Path.Combine(global.Root, ".seccomp"),
            PreservedDescriptors = arguments.Count("preserve-fds"),
            NoPivot = arguments.Has("no-pivot"),
            NoNewKeyring = arguments.Has("no-new-keyring"),
        });
    }

    internal static void PassTerminal(Arguments arguments, CreatedContainer container)
    {
        if (container.TerminalMaster is { } master && arguments.Value("console-socket") is { } socket)
        {
            ConsoleSocket.Send(socket, master, container.Pid.ToString());
            master.Dispose();
        }
    }

    internal static void Record(StateDirectory directory, CreatedContainer container, Bundle bundle, Arguments arguments)
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
                Bundle = bundle.Directory,
                CgroupPath = container.Cgroup.Path,
                HasUserNamespace = (bundle.Spec.Linux?.Namespaces ?? []).Any(entry => entry.Type == "user"),
                Created = DateTimeOffset.UtcNow,
            },
            bundle.Config);
    }
}
