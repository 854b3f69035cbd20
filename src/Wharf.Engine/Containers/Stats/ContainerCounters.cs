using Wharf.Engine.Containers.Specs;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers.Stats;

/// <summary>All counters of one run of a container, open for as long as somebody asks.</summary>
internal sealed class ContainerCounters : IDisposable
{
    private readonly CgroupCounters _cgroup;
    private readonly InterfaceCounters? _interfaces;
    private readonly TimeProvider _clock;

    internal ContainerCounters(ContainerDependencies engine, ContainerSnapshot container)
    {
        _clock = engine.Clock;
        Run = (container.State.Pid, container.State.PidStartTime);
        _cgroup = new CgroupCounters(new Cgroup(engine.Cgroups, CgroupPaths.Of(engine.Options, container.HostConfig, container.Id)));
        _interfaces = container.HostConfig.NetworkMode == "host" ? null : new InterfaceCounters(container.State.Pid);
    }

    /// <summary>Which run: a container that was started again has other files.</summary>
    internal (int Pid, ulong StartTime) Run { get; }

    /// <summary>Null when the run has ended.</summary>
    internal ContainerSample? Read((ulong Passed, uint Online) processors, ulong installedMemory)
    {
        try
        {
            return new ContainerSample(
                _clock.GetUtcNow(),
                _cgroup.Cpu(processors.Passed, processors.Online),
                _cgroup.Memory(installedMemory),
                _cgroup.Pids(),
                _cgroup.Block(),
                _interfaces?.Read());
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _cgroup.Dispose();
        _interfaces?.Dispose();
    }
}
