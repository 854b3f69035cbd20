using System.Text.Json;

namespace Wharf.ConformanceTests.Harness;

/// <summary>Looks for what a daemon without containers must not have: mounts, network namespaces, links, cgroups, monitors, directories.</summary>
public static class Leftovers
{
    public static async Task<IReadOnlyList<string>> OfAsync(TestDaemon daemon)
    {
        // Removal ends off the critical path: give it a moment, then insist.
        IReadOnlyList<string> left = [];
        for (int attempt = 0; attempt < 100; attempt++)
        {
            left = await FindAsync(daemon);
            if (left.Count == 0)
            {
                break;
            }

            await Task.Delay(50);
        }

        return left;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(TestDaemon daemon)
    {
        List<string> left = [];
        foreach (string mount in await File.ReadAllLinesAsync("/proc/self/mountinfo"))
        {
            string point = mount.Split(' ')[4];
            if (point.StartsWith(daemon.Root + "/containers", StringComparison.Ordinal) || point.StartsWith(daemon.Run, StringComparison.Ordinal))
            {
                left.Add("mount " + point);
            }
        }

        foreach (string directory in (string[])[Path.Combine(daemon.Root, "containers"), Path.Combine(daemon.Run, "containers")])
        {
            if (Directory.Exists(directory))
            {
                left.AddRange(Directory.EnumerateFileSystemEntries(directory).Select(entry => "directory " + entry));
            }
        }

        CommandResult links = await Command.RunAsync("ip", ["-json", "link", "show", "type", "veth"]);
        if (links.Text.Length > 0)
        {
            left.AddRange(JsonDocument.Parse(links.Expect().Out).RootElement.EnumerateArray()
                .Where(link => link.TryGetProperty("ifname", out _))
                .Select(link => "link " + link.GetProperty("ifname").GetString())
                .Where(name => name.Contains("wh", StringComparison.Ordinal)));
        }

        foreach (string entry in Directory.EnumerateDirectories("/proc").Where(entry => char.IsAsciiDigit(Path.GetFileName(entry)[0])))
        {
            try
            {
                string commandLine = await File.ReadAllTextAsync(Path.Combine(entry, "cmdline"));
                if (commandLine.Contains("wharf-runtime", StringComparison.Ordinal) && commandLine.Contains(daemon.Run, StringComparison.Ordinal))
                {
                    left.Add("process " + commandLine.Replace('\0', ' '));
                }
            }
            catch (IOException)
            {
                // The process ended while it was looked at.
            }
        }

        return left;
    }
}
