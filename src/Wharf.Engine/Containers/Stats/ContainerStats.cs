using Wharf.Engine.Containers.Registry;

namespace Wharf.Engine.Containers.Stats;

/// <summary><c>stats</c>: what a container uses, once or every second.</summary>
internal sealed class ContainerStats(ContainerDependencies engine) : IDisposable
{
    private readonly StatsSampler _sampler = new(engine);

    /// <returns>Null when it does not run.</returns>
    internal ContainerSample? Read(string idOrName) => _sampler.Read(engine.Registry.Find(idOrName));

    internal StatsSubscription Watch(string idOrName)
    {
        Container container = engine.Registry.Find(idOrName);
        return _sampler.Subscribe(container);
    }

    public void Dispose() => _sampler.Dispose();
}
