using Wharf.Linux.Cgroups;
using Wharf.Linux.Processes;
using Wharf.Runtime.Create;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>delete</c>: removes a container that has stopped, or with <c>--force</c> any.</summary>
internal static class DeleteCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, ["force|f"], []);
        bool force = arguments.Has("force");
        StateDirectory directory;
        try
        {
            directory = StateDirectory.Open(global.Root, arguments.Id());
        }
        catch (RuntimeFailure) when (force)
        {
            return 0;
        }

        ContainerRecord record = directory.Read();
        string status = directory.Status(record);
        if (status is not "stopped" && !force && status is not "created")
        {
            throw new RuntimeFailure($"cannot delete container {record.Id} that is not stopped: {status}");
        }

        var cgroup = new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath);
        if (status is not "stopped")
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle init = PidFd.Open(record.Pid);
            PidFd.Kill(init);
            cgroup.Thaw();
            PidFd.WaitForEnd(init, 10_000);
        }

        HostSide.EndAll(cgroup);
        cgroup.Delete();
        Hooks.Run(directory.ReadSpec().Hooks?.Poststop, StateCommand.Of(directory, record), inside: null);
        directory.Remove();
        return 0;
    }
}
