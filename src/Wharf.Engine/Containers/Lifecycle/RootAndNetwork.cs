using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>The root mounted and the network set up, for whatever is to run in them. They do not need each other, so neither waits.</summary>
internal static class RootAndNetwork
{
    /// <param name="lower">Layers below the container's own, topmost first.</param>
    /// <param name="undo">Given what takes both away again, also when this fails.</param>
    internal static async Task<Sandbox> PrepareAsync(
        ContainerDependencies engine, ContainerSnapshot container, IReadOnlyList<string> lower, bool isVolatile, UndoStack undo)
    {
        undo.Push(() => new ValueTask(engine.Networks.TearDownAsync(container.Id, CancellationToken.None)));
        Task<Sandbox> network = Task.Run(() => engine.Networks.SetUpAsync(SandboxPlan.For(container), CancellationToken.None));
        try
        {
            RootFilesystem.Mount(container.Paths, lower, isVolatile);
            undo.Push(() => RootFilesystem.Unmount(container.Paths));
        }
        finally
        {
            await ((Task)network).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await network;
    }
}
