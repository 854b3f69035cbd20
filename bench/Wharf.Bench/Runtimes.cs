using System.Text.Json.Nodes;

namespace Wharf.Bench;

/// <summary><c>RUNTIME run</c> of a bundle: wall time of one, CPU time of a batch, runtime and container and all.</summary>
internal sealed class Runtimes(IReadOnlyList<Engine> runtimes, int rounds, string bundle)
{
    /// <summary>/proc counts in hundredths of a second: that many runs at a time make it tenths of a millisecond.</summary>
    private const int Batch = 20;

    private int _count;

    internal void Report(string row)
    {
        var paired = new Paired(runtimes, rounds);
        paired.Report(row, "ms", runtime => Paired.Milliseconds(() => Run(runtime)));
        paired.Report(row + ", CPU", "ms", runtime =>
        {
            double before = ChildMilliseconds();
            for (int i = 0; i < Batch; i++)
            {
                Run(runtime);
            }

            return (ChildMilliseconds() - before) / Batch;
        });
    }

    /// <summary>Gives the bundle the seccomp profile of another configuration.</summary>
    internal void UseSeccompOf(string configuration)
    {
        string path = Path.Combine(bundle, "config.json");
        JsonNode own = JsonNode.Parse(File.ReadAllText(path))!;
        own["linux"]!["seccomp"] = JsonNode.Parse(File.ReadAllText(configuration))!["linux"]!["seccomp"]!.DeepClone();
        File.WriteAllText(path, own.ToJsonString());
    }

    private void Run(Engine runtime) => runtime.Run("run", "--bundle", bundle, $"bench-{Environment.ProcessId}-{_count++}");

    /// <summary>User and system time of all children that were waited for: fields 16 and 17 of proc_pid_stat(5), in hundredths of a second.</summary>
    private static double ChildMilliseconds()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13]) + long.Parse(fields[14])) * 10.0;
    }
}
