namespace Wharf.Engine.Containers;

/// <summary><c>wait</c>: registered, or refused, before the returned task is awaited.</summary>
internal sealed class WaitForContainer(ContainerDependencies engine)
{
    internal Task<WaitResult> Run(string idOrName, WaitCondition condition, CancellationToken cancellationToken) =>
        engine.Registry.Find(idOrName).WaitFor(condition, cancellationToken);
}
