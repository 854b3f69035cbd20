namespace Wharf.Bench;

/// <summary>Proportional set sizes from /proc.</summary>
internal static class Memory
{
    /// <summary>As <see cref="ProportionalMiB"/>, once it has stopped falling: an engine that is left alone gives memory back.</summary>
    internal static async Task<double> SettledMiBAsync(Engine engine)
    {
        // Nothing tells when an engine thinks itself idle, so it has this long to show it.
        var quiet = TimeSpan.FromSeconds(10);
        double last = ProportionalMiB(engine);
        while (true)
        {
            await Task.Delay(quiet);
            double now = ProportionalMiB(engine);
            if (now > last * 0.98)
            {
                return now;
            }

            last = now;
        }
    }

    /// <returns>Sum of the PSS, in MiB, of an engine's own processes: those with one of its names, in the network namespace of this program.</returns>
    internal static double ProportionalMiB(Engine engine)
    {
        string? here = NetworkOf("/proc/self");
        long kibibytes = 0;
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (engine.Programs.Contains(File.ReadAllText(Path.Combine(directory, "comm")).Trim()) && NetworkOf(directory) == here)
                {
                    string line = File.ReadLines(Path.Combine(directory, "smaps_rollup")).First(text => text.StartsWith("Pss:", StringComparison.Ordinal));
                    kibibytes += long.Parse(line.AsSpan(4, line.Length - 6));
                }
            }
            catch (IOException)
            {
                // The process ended while it was looked at.
            }
        }

        return kibibytes / 1024.0;
    }

    private static string? NetworkOf(string process) => new FileInfo(Path.Combine(process, "ns/net")).LinkTarget;
}
