using Wharf.Linux.Cgroups;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>pause</c> and <c>resume</c>: the freezer.</summary>
internal static class FreezeCommands
{
    internal static int Pause(GlobalOptions global, ReadOnlySpan<string> words)
    {
        Of(global, words).Freeze();
        return 0;
    }

    internal static int Resume(GlobalOptions global, ReadOnlySpan<string> words)
    {
        Of(global, words).Thaw();
        return 0;
    }

    private static Cgroup Of(GlobalOptions global, ReadOnlySpan<string> words)
    {
        StateDirectory directory = StateDirectory.Open(global.Root, new Arguments(words, [], []).Id());
        ContainerRecord record = directory.Read();
        return directory.Status(record) == "stopped"
            ? throw new RuntimeFailure($"container {record.Id} is not running")
            : new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath);
    }
}
