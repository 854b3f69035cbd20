namespace Wharf.Engine.Containers.Registry;

/// <summary>A container whose only writer the holder is, until it disposes this.</summary>
internal readonly struct LockedContainer(Container container, AsyncLock.Releaser releaser) : IDisposable
{
    internal Container Container { get; } = container;

    internal ContainerSnapshot Snapshot => Container.Snapshot;

    public void Dispose() => releaser.Dispose();
}
