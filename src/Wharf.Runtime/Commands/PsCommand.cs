using Wharf.Linux.Cgroups;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>ps</c>: the pids of a container's processes.</summary>
internal static class PsCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, [], ["format|f"]);
        ContainerRecord record = StateDirectory.Open(global.Root, arguments.Id()).Read();
        IReadOnlyList<int> pids = new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath).Processes();
        Console.Out.WriteLine(arguments.Value("format") == "json" ? $"[{string.Join(',', pids)}]" : string.Join('\n', pids.Select(pid => pid.ToString()).Prepend("PID")));
        return 0;
    }
}
