using System.Text.Json;

namespace Wharf.ConformanceTests.Harness;

/// <summary>Looks for what a daemon without containers must not have: mounts, network namespaces, links, cgroups, monitors, directories.</summary>
public static class Leftovers
{
    public static async Task<IReadOnlyList<string>> OfAsync(TestDaemon daemon)
    {
        // Removal ends off the critical path: give it a moment, then insist.
        IReadOnlyList<string> left = [];
        string bridge = (await daemon.DockerAsync("network", "inspect", "-f", "{{index .Options \"com.docker.network.bridge.name\"}}", "bridge")).Expect().Text;
        for (int attempt = 0; attempt < 100; attempt++)
        {
            left = await FindAsync(daemon, bridge);
            if (left.Count == 0)
            {
                break;
            }

            await Task.Delay(50);
        }

        return left;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(TestDaemon daemon, string bridge)
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
                .Where(link => !link.TryGetProperty("master", out JsonElement master) || master.GetString() == bridge)
                .Where(link => link.TryGetProperty("ifname", out _))
                .Select(link => "link " + link.GetProperty("ifname").GetString())
                .Where(name => name.Contains("wh", StringComparison.Ordinal)));
        }

        // Every monitor listens in its container's directory.
        left.AddRange((await File.ReadAllLinesAsync("/proc/net/unix"))
            .Where(socket => socket.Contains(daemon.Run + "/containers", StringComparison.Ordinal))
            .Select(socket => "monitor of " + socket[socket.IndexOf('/', StringComparison.Ordinal)..]));
        return left;
    }
}
