namespace Wharf.Bench;

/// <summary>What an engine has in the kernel and on disk: counted before and after, nothing may have been added.</summary>
internal sealed class Leftovers(string root)
{
    private static readonly string[] Names = ["mounts", "links", "cgroups", "processes", "rules", "open files", "files"];

    /// <summary>One count for each of <see cref="Names"/>. Mounts cover network namespaces, which have names only as mounts.</summary>
    internal long[] Count() =>
    [
        File.ReadLines("/proc/self/mountinfo").LongCount(),
        File.ReadLines("/proc/net/dev").LongCount(),
        Directory.EnumerateDirectories("/sys/fs/cgroup", "wharf*", SearchOption.AllDirectories).Sum(group => Directory.EnumerateDirectories(group).LongCount()),
        Directory.EnumerateDirectories("/proc").LongCount(IsMonitor),
        Programs.Run(["nft", "list", "ruleset"]).Split('\n').LongLength,
        Directory.EnumerateFileSystemEntries($"/proc/{File.ReadAllText(Path.Combine(root, "pid")).Trim()}/fd").LongCount(),
        Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).LongCount(),
    ];

    /// <summary>Says what there is more of; removal ends after the client has gone, so it is given ten seconds.</summary>
    internal async Task<string> SinceAsync(long[] before)
    {
        for (int attempt = 0; ; attempt++)
        {
            long[] now = Count();
            string[] more = [.. Names.Where((_, i) => now[i] > before[i]).Select(name => $"{now[Array.IndexOf(Names, name)] - before[Array.IndexOf(Names, name)]} {name}")];
            if (more.Length == 0)
            {
                return "none";
            }

            if (attempt == 100)
            {
                return string.Join(", ", more);
            }

            await Task.Delay(100);
        }
    }

    private static bool IsMonitor(string process)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(process)[0])
                && File.ReadAllText(Path.Combine(process, "comm")).Trim() == "wharf-runtime"
                && new FileInfo(Path.Combine(process, "ns/net")).LinkTarget == new FileInfo("/proc/self/ns/net").LinkTarget;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
