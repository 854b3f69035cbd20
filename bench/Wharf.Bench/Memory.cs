namespace Wharf.Bench;

/// <summary>Proportional set sizes from /proc, by what is in a process's command line.</summary>
internal static class Memory
{
    /// <returns>Sum of the PSS, in MiB, of the processes whose command line has one of <paramref name="patterns"/> in it.</returns>
    internal static double ProportionalMiB(params string[] patterns)
    {
        long kibibytes = 0;
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                string commandLine = File.ReadAllText(Path.Combine(directory, "cmdline"));
                if (patterns.Any(pattern => commandLine.Contains(pattern, StringComparison.Ordinal)))
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
}
