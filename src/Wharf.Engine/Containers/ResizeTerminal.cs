using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers;

/// <summary>The size of a client's terminal, passed on to the container's.</summary>
internal sealed class ResizeTerminal(ContainerDependencies engine)
{
    internal async Task RunAsync(string idOrName, int rows, int columns)
    {
        Container container = engine.Registry.Find(idOrName);
        ContainerSnapshot snapshot = container.Snapshot;
        if (!snapshot.State.HasProcess || container.Monitor is not { } monitor)
        {
            throw WharfException.Conflict($"container {snapshot.Id} is not running");
        }

        await monitor.ResizeAsync(Clamp(rows), Clamp(columns), execId: null, CancellationToken.None);
        engine.Events.Publish(snapshot, "resize", ("height", $"{rows}"), ("width", $"{columns}"));
    }

    /// <summary>A terminal counts in 16 bits (struct winsize).</summary>
    private static int Clamp(int size) => Math.Clamp(size, 0, ushort.MaxValue);
}
