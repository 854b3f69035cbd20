namespace Wharf.Engine.Containers.Validation;

/// <summary>What this machine has, as far as requests are checked against it.</summary>
/// <param name="OnlineCpus">The kernel's list: <c>0-3</c>.</param>
internal sealed record MachineFacts(int CpuCount, string OnlineCpus, string OnlineMemoryNodes, bool HasSwapLimit, bool HasUnifiedCgroups)
{
    private const string Cgroups = "/sys/fs/cgroup";

    internal static MachineFacts Read()
    {
        string cpus = ReadLine("/sys/devices/system/cpu/online") ?? "";
        bool unified = File.Exists(Cgroups + "/cgroup.controllers");
        return new MachineFacts(
            CpuList.Parse(cpus)?.Count ?? Environment.ProcessorCount,
            cpus,
            ReadLine("/sys/devices/system/node/online") ?? "0",
            unified || File.Exists(Cgroups + "/memory/memory.memsw.limit_in_bytes"),
            unified);
    }

    private static string? ReadLine(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
