using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Processes;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>kill</c>: sends a signal to init, or with <c>--all</c> to every process of the container.</summary>
internal static class KillCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, ["all|a"], []);
        ContainerRecord record = StateDirectory.Open(global.Root, arguments.Id()).Read();
        string name = arguments.Rest.Length > 1 ? arguments.Rest[1] : "SIGTERM";
        int signal = SignalNames.Parse(name) ?? throw new RuntimeFailure($"unknown signal \"{name}\"");
        if (arguments.Has("all"))
        {
            foreach (int pid in new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath).Processes())
            {
                Send(pid, signal);
            }

            return 0;
        }

        if (signal == Signals.Kill)
        {
            // What is frozen does not die of a signal until it goes on (v1).
            new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath).Thaw();
        }

        if (PidFd.StartTime(record.Pid) != record.StartTime || !Send(record.Pid, signal))
        {
            throw new RuntimeFailure("container not running");
        }

        return 0;
    }

    private static bool Send(int pid, int signal)
    {
        try
        {
            using SafeFileHandle process = PidFd.Open(pid);
            return PidFd.Signal(process, signal);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ESRCH)
        {
            return false;
        }
    }
}
