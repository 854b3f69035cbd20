using System.Globalization;
using System.Text;

namespace Wharf.Linux.Proc;

/// <summary>One process, from /proc/PID/stat and its neighbours (proc_pid_stat(5)).</summary>
public sealed record ProcessStatus
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every architecture

    public required int Pid { get; init; }
    public required int ParentPid { get; init; }
    public required uint Uid { get; init; }
    public required char State { get; init; }
    public required string Name { get; init; }

    /// <summary>Command line, or the name in brackets when there is none.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Device number of the controlling terminal, 0 for none.</summary>
    public required int Terminal { get; init; }

    public required TimeSpan CpuTime { get; init; }

    /// <summary>Since the machine started.</summary>
    public required TimeSpan StartTime { get; init; }

    public required long VirtualBytes { get; init; }
    public required long ResidentBytes { get; init; }

    /// <returns>Null when the process has gone.</returns>
    public static ProcessStatus? Read(int pid)
    {
        try
        {
            string directory = "/proc/" + pid.ToString(CultureInfo.InvariantCulture);
            return Parse(
                File.ReadAllText(directory + "/stat"), File.ReadAllText(directory + "/status"), File.ReadAllBytes(directory + "/cmdline"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static ProcessStatus Parse(string stat, string status, byte[] commandLine)
    {
        // The name is in parentheses and may hold any character, parentheses too.
        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        string name = stat[(open + 1)..close];
        string[] fields = stat[(close + 2)..].Split(' ');
        string uid = status.Split('\n').First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
        string command = Encoding.UTF8.GetString(commandLine).TrimEnd('\0').Replace('\0', ' ');
        return new ProcessStatus
        {
            Pid = int.Parse(stat.AsSpan(0, open - 1), CultureInfo.InvariantCulture),
            ParentPid = int.Parse(fields[1], CultureInfo.InvariantCulture),
            Uid = uint.Parse(uid, CultureInfo.InvariantCulture),
            State = fields[0][0],
            Name = name,
            CommandLine = command.Length > 0 ? command : $"[{name}]",
            Terminal = int.Parse(fields[4], CultureInfo.InvariantCulture),
            CpuTime = Ticks(fields[11]) + Ticks(fields[12]),
            StartTime = Ticks(fields[19]),
            VirtualBytes = long.Parse(fields[20], CultureInfo.InvariantCulture),
            ResidentBytes = long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize,
        };
    }

    private static TimeSpan Ticks(string field) =>
        TimeSpan.FromSeconds(double.Parse(field, CultureInfo.InvariantCulture) / TicksPerSecond);
}
