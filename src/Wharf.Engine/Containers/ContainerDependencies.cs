using Microsoft.Extensions.Logging;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Events;
using Wharf.Engine.Execution;
using Wharf.Engine.Images;
using Wharf.Engine.Networks;
using Wharf.Engine.Store;
using Wharf.Engine.Volumes;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers;

/// <summary>What the verbs work with. Made once by <see cref="ContainerService"/>.</summary>
internal sealed record ContainerDependencies
{
    internal required EngineOptions Options { get; init; }
    internal required Database Database { get; init; }
    internal required ContainerRegistry Registry { get; init; }
    internal required ContainerRows Rows { get; init; }
    internal required IImageResolver Images { get; init; }
    internal required INetworkSandboxes Networks { get; init; }
    internal required IVolumeMounts Volumes { get; init; }
    internal required IMonitors Monitors { get; init; }
    internal required IStreamRelay Relay { get; init; }
    internal required ContainerEvents Events { get; init; }
    internal required BackgroundWork Background { get; init; }
    internal required MachineFacts Machine { get; init; }
    internal required CgroupHierarchies Cgroups { get; init; }
    internal required SeccompResolver Seccomp { get; init; }
    internal required TimeProvider Clock { get; init; }
    internal required ILogger Log { get; init; }

    internal static ContainerDependencies Create(
        EngineOptions options,
        Database database,
        IImageResolver images,
        INetworkSandboxes networks,
        IVolumeMounts volumes,
        IMonitors monitors,
        IStreamRelay relay,
        EventBus events,
        TimeProvider clock,
        ILogger log)
    {
        CgroupHierarchies cgroups = CgroupHierarchies.Detect();
        return new ContainerDependencies
        {
            Options = options,
            Database = database,
            Registry = new ContainerRegistry(),
            Rows = new ContainerRows(database, options),
            Images = images,
            Networks = networks,
            Volumes = volumes,
            Monitors = monitors,
            Relay = relay,
            Events = new ContainerEvents(events),
            Background = new BackgroundWork(),
            Machine = MachineFacts.Read(cgroups),
            Cgroups = cgroups,
            Seccomp = SeccompResolver.ForThisMachine(),
            Clock = clock,
            Log = log,
        };
    }
}
