using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers.Validation;

/// <summary>What this machine has, as far as requests are checked against it.</summary>
/// <param name="OnlineCpus">The kernel's list: <c>0-3</c>.</param>
internal sealed record MachineFacts(int CpuCount, string OnlineCpus, string OnlineMemoryNodes, bool HasSwapLimit, bool HasUnifiedCgroups)
{
    internal static MachineFacts Read(CgroupHierarchies cgroups)
    {
        string cpus = ReadLine("/sys/devices/system/cpu/online") ?? "";
        return new MachineFacts(
            CpuList.Parse(cpus)?.Count ?? Environment.ProcessorCount,
            cpus,
            ReadLine("/sys/devices/system/node/online") ?? "0",
            cgroups.Version1.TryGetValue("memory", out string? memory)
                ? File.Exists(memory + "/memory.memsw.limit_in_bytes")
                : cgroups.Has("memory"),
            cgroups.IsUnified);
    }

    private static string? ReadLine(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
