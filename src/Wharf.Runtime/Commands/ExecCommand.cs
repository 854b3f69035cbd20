using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Oci.Json;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Create;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>exec</c>: another process in a running container, described by a file or by options over the container's own.</summary>
internal static class ExecCommand
{
    private static readonly string[] Flags = ["detach|d", "tty|t", "no-new-privs"];
    private static readonly string[] Options = ["process|p", "console-socket", "pid-file", "cwd", "env|e", "user|u", "additional-gids|g", "cap|c", "preserve-fds"];

    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, Flags, Options);
        StateDirectory directory = StateDirectory.Open(global.Root, arguments.Id());
        ContainerRecord record = directory.Read();
        if (directory.Status(record) is not "running")
        {
            throw new RuntimeFailure($"cannot exec in container {record.Id}: it is not running");
        }

        Spec spec = directory.ReadSpec();
        Process process = Describe(arguments, spec.Process!);
        if (process.Terminal && arguments.Value("console-socket") is null)
        {
            throw new RuntimeFailure("a terminal is asked for: --console-socket is needed to hand it over");
        }

        using SafeFileHandle init = PidFd.Open(record.Pid);
        using ExecProcess started = ProcessInContainer.Execute(new ExecRequest
        {
            Init = init,
            Id = record.Id,
            Process = process,
            Cgroup = new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath),
            HasUserNamespace = record.HasUserNamespace,
            Seccomp = spec.Linux?.Seccomp,
            SeccompCache = Path.Combine(global.Root, ".seccomp"),
            PreservedDescriptors = arguments.Count("preserve-fds"),
        });
        if (started.TerminalMaster is { } master)
        {
            ConsoleSocket.Send(arguments.Value("console-socket")!, master, started.Pid.ToString());
            master.Dispose();
        }

        if (arguments.Value("pid-file") is { } pidFile)
        {
            AtomicFile.Write(pidFile, System.Text.Encoding.ASCII.GetBytes(started.Pid.ToString()));
        }

        if (arguments.Has("detach"))
        {
            return 0;
        }

        using SignalProxy proxy = SignalProxy.To(started.PidFd);
        return PidFd.Wait(started.PidFd, block: true)!.Value.Code;
    }

    private static Process Describe(Arguments arguments, Process own)
    {
        if (arguments.Value("process") is { } file)
        {
            return JsonMembers.Parse(File.ReadAllBytes(file), ProcessReader.Read);
        }

        Process process = own with
        {
            Args = arguments.Rest[1..],
            Env = [.. own.Env ?? [], .. arguments.Values("env")],
            Cwd = arguments.Value("cwd") ?? own.Cwd,
            Terminal = arguments.Has("tty"),
            NoNewPrivileges = own.NoNewPrivileges || arguments.Has("no-new-privs"),
        };
        if (arguments.Value("user") is { } user)
        {
            string[] ids = user.Split(':');
            if (!uint.TryParse(ids[0], out uint uid) | !uint.TryParse(ids.Length > 1 ? ids[1] : "0", out uint gid))
            {
                throw new RuntimeFailure($"--user: '{user}' is not UID[:GID]");
            }

            process = process with { User = process.User with { Uid = uid, Gid = gid } };
        }

        if (arguments.Values("additional-gids") is { Count: > 0 } groups)
        {
            process = process with { User = process.User with { AdditionalGids = [.. groups.Select(group => (uint)Arguments.Number("additional-gids", group))] } };
        }

        if (arguments.Values("cap") is { Count: > 0 } added && process.Capabilities is { } held)
        {
            process = process with
            {
                Capabilities = held with
                {
                    Bounding = [.. held.Bounding ?? [], .. added],
                    Effective = [.. held.Effective ?? [], .. added],
                    Permitted = [.. held.Permitted ?? [], .. added],
                },
            };
        }

        return process;
    }
}
