using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Specs;
using Wharf.Engine.Containers.Validation;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers;

/// <summary><c>update</c>: other limits or another restart policy, for a running container at once.</summary>
internal sealed class UpdateContainer(ContainerDependencies engine)
{
    /// <returns>Warnings.</returns>
    internal async Task<IReadOnlyList<string>> RunAsync(string idOrName, UpdateRequest request, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        ContainerSnapshot before = locked.Snapshot;
        if (before.State.Status is ContainerStatus.Removing or ContainerStatus.Dead)
        {
            throw WharfException.Conflict($"Cannot update container {before.Id}: Container is marked for removal and cannot be \"update\".");
        }

        HostConfig host = before.HostConfig with
        {
            Resources = Merge(before.HostConfig.Resources, request.Resources),
            RestartPolicy = request.RestartPolicy is { Name.Length: > 0 } policy ? policy : before.HostConfig.RestartPolicy,
        };
        ResourceRules.Check(host.Resources, engine.Machine);
        RequestRules.CheckRestart(host.RestartPolicy, host.AutoRemove);
        ContainerSnapshot after = before with { HostConfig = host };
        if (after.State.HasProcess && after.HostConfig.Resources != before.HostConfig.Resources)
        {
            CgroupLimits.Apply(new Cgroup(engine.Cgroups, CgroupPaths.Of(engine.Options, host, after.Id)), ResourceSpec.Build(host, []));
        }

        engine.Rows.SaveDocument(after);
        locked.Container.Publish(after);
        engine.Events.Publish(after, "update");
        return [];
    }

    /// <summary>Zero and null leave a limit as it is.</summary>
    private static ResourceLimits Merge(ResourceLimits now, ResourceLimits asked) => now with
    {
        Memory = asked.Memory != 0 ? asked.Memory : now.Memory,
        MemorySwap = asked.MemorySwap != 0 ? asked.MemorySwap : now.MemorySwap,
        MemoryReservation = asked.MemoryReservation != 0 ? asked.MemoryReservation : now.MemoryReservation,
        NanoCpus = asked.NanoCpus != 0 ? asked.NanoCpus : now.NanoCpus,
        CpuShares = asked.CpuShares != 0 ? asked.CpuShares : now.CpuShares,
        CpuQuota = asked.CpuQuota != 0 ? asked.CpuQuota : now.CpuQuota,
        CpuPeriod = asked.CpuPeriod != 0 ? asked.CpuPeriod : now.CpuPeriod,
        CpusetCpus = asked.CpusetCpus.Length > 0 ? asked.CpusetCpus : now.CpusetCpus,
        CpusetMems = asked.CpusetMems.Length > 0 ? asked.CpusetMems : now.CpusetMems,
        PidsLimit = asked.PidsLimit ?? now.PidsLimit,
        BlkioWeight = asked.BlkioWeight != 0 ? asked.BlkioWeight : now.BlkioWeight,
    };
}
