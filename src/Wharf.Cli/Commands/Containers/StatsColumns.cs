using System.Globalization;
using Wharf.Api.Containers;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

/// <summary>What <c>stats --format</c> can name, computed from the raw counters as Docker's client does.</summary>
internal static class StatsColumns
{
    internal static Listing<ContainerStats> For(bool full) => new(
    [
        new("BlockIO", "BLOCK I/O", stats => $"{HumanSize.Short(BlockBytes(stats, "read"))} / {HumanSize.Short(BlockBytes(stats, "write"))}"),
        new("CPUPerc", "CPU %", stats => Percent(CpuPercent(stats))),
        new("Container", "CONTAINER", stats => full ? stats.Id : Shorten.Id(stats.Id)),
        new("ID", "CONTAINER ID", stats => full ? stats.Id : Shorten.Id(stats.Id)),
        new("MemPerc", "MEM %", stats => Percent(stats.MemoryStats.Limit is > 0 ? MemoryUsed(stats) / (double)stats.MemoryStats.Limit * 100 : 0)),
        new("MemUsage", "MEM USAGE / LIMIT", stats => $"{HumanSize.Binary(MemoryUsed(stats))} / {HumanSize.Binary(stats.MemoryStats.Limit ?? 0)}"),
        new("Name", "NAME", stats => stats.Name.TrimStart('/')),
        new("NetIO", "NET I/O", stats => $"{HumanSize.Short(Sum(stats, network => network.RxBytes))} / {HumanSize.Short(Sum(stats, network => network.TxBytes))}"),
        new("PIDs", "PIDS", stats => (stats.PidsStats.Current ?? 0).ToString(CultureInfo.InvariantCulture)),
    ]);

    private static double CpuPercent(ContainerStats stats)
    {
        double used = (double)stats.CpuStats.CpuUsage.TotalUsage - stats.PreCpuStats.CpuUsage.TotalUsage;
        double passed = (double)(stats.CpuStats.SystemCpuUsage ?? 0) - (stats.PreCpuStats.SystemCpuUsage ?? 0);
        return used > 0 && passed > 0 ? used / passed * (stats.CpuStats.OnlineCpus ?? 1) * 100 : 0;
    }

    /// <summary>Without the page cache that the kernel would give up first.</summary>
    private static ulong MemoryUsed(ContainerStats stats)
    {
        ulong usage = stats.MemoryStats.Usage ?? 0;
        IReadOnlyDictionary<string, ulong> details = stats.MemoryStats.Stats ?? new Dictionary<string, ulong>();
        ulong cache = details.TryGetValue("total_inactive_file", out ulong v1) ? v1 : details.GetValueOrDefault("inactive_file");
        return cache < usage ? usage - cache : usage;
    }

    private static double BlockBytes(ContainerStats stats, string direction) => (stats.BlkioStats.IoServiceBytesRecursive ?? [])
        .Where(entry => entry.Op.Equals(direction, StringComparison.OrdinalIgnoreCase)).Sum(entry => (double)entry.Value);

    private static double Sum(ContainerStats stats, Func<NetworkStats, ulong> counter) =>
        stats.Networks?.Values.Sum(network => (double)counter(network)) ?? 0;

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + "%";
}
