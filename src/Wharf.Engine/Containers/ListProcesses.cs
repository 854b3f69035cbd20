using System.Globalization;
using Wharf.Engine.Containers.Specs;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Proc;

namespace Wharf.Engine.Containers;

/// <summary>
/// <c>top</c>: the processes of a container's cgroup in columns of ps(1). Read from /proc by ourselves: <c>-ef</c>, <c>aux</c> and
/// <c>-o COLUMNS</c> are understood, which is what clients send.
/// </summary>
internal sealed class ListProcesses(ContainerDependencies engine)
{
    private static readonly string[] Full = ["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"];
    private static readonly string[] Aux = ["user", "pid", "%cpu", "%mem", "vsz", "rss", "tty", "stat", "start", "time", "command"];

    /// <param name="psArguments">Null is <c>-ef</c>.</param>
    internal TopResult Run(string idOrName, string? psArguments)
    {
        ContainerSnapshot container = engine.Registry.Find(idOrName).Snapshot;
        if (!container.State.HasProcess)
        {
            throw WharfException.Conflict($"container {container.Id} is not running");
        }

        string[] columns = ParseArguments(psArguments);
        var context = new Context(Uptime(), engine.Clock.GetUtcNow(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        IEnumerable<ProcessStatus> processes = new Cgroup(engine.Cgroups, CgroupPaths.Of(engine.Options, container.HostConfig, container.Id)).Processes()
            .Select(ProcessStatus.Read)
            .OfType<ProcessStatus>();
        return new TopResult(
            [.. columns.Select(Title)],
            [.. processes.Select(process => (IReadOnlyList<string>)[.. columns.Select(column => Value(column, process, context))])]);
    }

    internal static string[] ParseArguments(string? arguments)
    {
        string[] words = (string.IsNullOrWhiteSpace(arguments) ? "-ef" : arguments).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["-ef"] or ["ef"] or ["-e"] or ["-f"] => Full,
            ["aux"] or ["-aux"] => Aux,
            [.., "-o" or "-eo" or "o", var list] => Columns(list),
            [var option] when option.StartsWith("-o", StringComparison.Ordinal) => Columns(option[2..]),
            _ => throw WharfException.Invalid($"ps options \"{arguments}\" are not supported: use -ef, aux or -o with columns"),
        };
    }

    private static string[] Columns(string list)
    {
        string[] columns = list.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries);
        return columns.FirstOrDefault(column => Title(column).Length == 0) is { } unknown
            ? throw WharfException.Invalid($"ps column \"{unknown}\" is not supported")
            : columns.Contains("pid") ? columns : throw WharfException.Invalid("Couldn't find PID field in ps output");
    }

    private static string Title(string column) => column switch
    {
        "uid" or "pid" or "ppid" or "stime" or "time" or "cmd" or "c" or "user" or "%cpu" or "%mem" or "vsz" or "rss" or "stat" or "start"
            or "command" or "comm" or "args" => column is "comm" or "args" ? "COMMAND" : column.ToUpperInvariant(),
        "tty" or "tt" => "TTY",
        "pcpu" => "%CPU",
        "pmem" => "%MEM",
        "s" or "state" => "S",
        "etime" => "ELAPSED",
        _ => "",
    };

    private static string Value(string column, ProcessStatus process, Context context)
    {
        TimeSpan age = context.Uptime - process.StartTime;
        double cpu = age > TimeSpan.Zero ? 100 * (process.CpuTime / age) : 0;
        return column switch
        {
            "uid" or "user" => UserName(process.Uid),
            "pid" => Number(process.Pid),
            "ppid" => Number(process.ParentPid),
            "c" => Number((long)cpu),
            "stime" or "start" => (context.Now - age).ToString("HH:mm", CultureInfo.InvariantCulture),
            "tty" or "tt" => Terminal(process.Terminal),
            "time" => process.CpuTime.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
            "etime" => age.ToString(age.Days > 0 ? @"d\-hh\:mm\:ss" : age.Hours > 0 ? @"hh\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture),
            "%cpu" or "pcpu" => cpu.ToString("F1", CultureInfo.InvariantCulture),
            "%mem" or "pmem" => (100.0 * process.ResidentBytes / context.MemoryBytes).ToString("F1", CultureInfo.InvariantCulture),
            "vsz" => Number(process.VirtualBytes / 1024),
            "rss" => Number(process.ResidentBytes / 1024),
            "s" or "state" or "stat" => process.State.ToString(),
            "comm" => process.Name,
            _ => process.CommandLine,
        };
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Names would be the host's, not the container's: only root is the same everywhere.</summary>
    private static string UserName(uint uid) => uid == 0 ? "root" : Number(uid);

    /// <summary>Major 136 and up are pseudo-terminals (devices.txt).</summary>
    private static string Terminal(int device) => device == 0 ? "?" : $"pts/{(device & 0xff) | ((device >> 12) & 0xfff00)}";

    private static TimeSpan Uptime() =>
        TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));

    private sealed record Context(TimeSpan Uptime, DateTimeOffset Now, long MemoryBytes);
}
