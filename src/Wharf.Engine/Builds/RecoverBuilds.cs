using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Builds;

/// <summary>
/// Start-up, before anything else is opened: ends the programs of builds that a crash interrupted, takes their mounts away and removes their
/// directories. What they had finished is in the cache.
/// </summary>
internal static partial class RecoverBuilds
{
    internal static void Run(EngineOptions options, ILogger log)
    {
        string root = BuildPlace.RootOf(options);
        if (Directory.Exists(root))
        {
            foreach (string step in Directory.EnumerateDirectories(root).SelectMany(Directory.EnumerateDirectories))
            {
                Repair(log, step, () => EndProgram(step));
            }

            foreach (string mount in MountTable.Below(root))
            {
                Repair(log, mount, () => MountTable.Detach(mount));
            }

            Repair(log, root, () => TreeRemoval.Remove(root));
        }

        Repair(log, BuildPlace.RunOf(options), () => TreeRemoval.Remove(BuildPlace.RunOf(options)));
        if (Directory.Exists(BuildService.MountsOf(options)))
        {
            foreach (string half in Directory.EnumerateDirectories(BuildService.MountsOf(options), "*.new-*"))
            {
                Repair(log, half, () => TreeRemoval.Remove(half));
            }
        }
    }

    /// <summary>Its bundle says in what cgroup it is.</summary>
    private static void EndProgram(string step)
    {
        string bundle = Path.Combine(step, "config.json");
        if (File.Exists(bundle)
            && JsonSerializer.Deserialize(File.ReadAllBytes(bundle), RuntimeSpecJson.Default.Spec)?.Linux?.CgroupsPath is { } path)
        {
            Leftovers.Remove(new Cgroup(CgroupHierarchies.Detect(), path));
        }
    }

    private static void Repair(ILogger log, string target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is LinuxException or IOException or JsonException)
        {
            LeftoverStays(log, failure, target);
        }
    }

    [LoggerMessage(5000, LogLevel.Error, "What a build left at {Target} cannot be removed; the next start tries again")]
    private static partial void LeftoverStays(ILogger log, Exception failure, string target);
}
