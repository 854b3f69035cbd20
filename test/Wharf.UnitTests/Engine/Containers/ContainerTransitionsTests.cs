using Wharf.Engine.Containers;
using Xunit;
using static Wharf.Engine.Containers.ContainerEvent;
using static Wharf.Engine.Containers.ContainerStatus;

namespace Wharf.UnitTests.Engine.Containers;

public sealed class ContainerTransitionsTests
{
    /// <summary>Every pair that is allowed; all others are not.</summary>
    private static readonly Dictionary<(ContainerStatus, ContainerEvent), ContainerStatus> Allowed = new()
    {
        [(Created, Start)] = Running,
        [(Created, StartFailed)] = Created,
        [(Created, ContainerEvent.Remove)] = Removing,
        [(Running, Pause)] = Paused,
        [(Running, Exit)] = Exited,
        [(Running, ExitToRestart)] = Restarting,
        [(Paused, Unpause)] = Running,
        [(Paused, Exit)] = Exited,
        [(Paused, ExitToRestart)] = Restarting,
        [(Restarting, Start)] = Running,
        [(Restarting, StartFailed)] = Exited,
        [(Restarting, RestartCancelled)] = Exited,
        [(Exited, Start)] = Running,
        [(Exited, StartFailed)] = Exited,
        [(Exited, ContainerEvent.Remove)] = Removing,
        [(Removing, RemoveFailed)] = Dead,
        [(Dead, ContainerEvent.Remove)] = Removing,
    };

    [Fact]
    public void Every_pair_of_status_and_event()
    {
        foreach (ContainerStatus status in Enum.GetValues<ContainerStatus>())
        {
            foreach (ContainerEvent happened in Enum.GetValues<ContainerEvent>())
            {
                ContainerStatus? expected = Allowed.TryGetValue((status, happened), out ContainerStatus next) ? next : null;
                Assert.True(expected == ContainerTransitions.Next(status, happened), $"{status} + {happened}");
            }
        }
    }
}
