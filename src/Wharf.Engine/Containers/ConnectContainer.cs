using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers;

/// <summary><c>network connect</c> and <c>disconnect</c>: of a running container at once, of any other at its next start.</summary>
internal sealed class ConnectContainer(ContainerDependencies engine)
{
    internal async Task ConnectAsync(string idOrName, string network, EndpointSettings settings, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        ContainerSnapshot before = locked.Snapshot;
        string name = engine.Networks.NameOf(network);
        if (before.Endpoints.ContainsKey(name))
        {
            throw new WharfException(ErrorKind.Forbidden, $"endpoint with name {before.Name} already exists in network {name}");
        }

        ContainerSnapshot after = before with
        {
            Endpoints = new Dictionary<string, EndpointSettings>(before.Endpoints.Where(endpoint => endpoint.Key != Network.None)) { [name] = settings },
        };
        engine.Networks.Validate(SandboxPlan.For(after));
        if (before.State.HasProcess)
        {
            after = after with { Sandbox = await engine.Networks.ConnectAsync(before.Id, SandboxPlan.ToRequest(name, settings), CancellationToken.None) };
        }

        Save(locked, after);
    }

    internal async Task DisconnectAsync(string idOrName, string network, CancellationToken cancellationToken)
    {
        using LockedContainer locked = await engine.Registry.EnterAsync(idOrName, cancellationToken);
        ContainerSnapshot before = locked.Snapshot;
        string name = engine.Networks.NameOf(network);
        if (!before.Endpoints.ContainsKey(name))
        {
            throw new WharfException(ErrorKind.Forbidden, $"container {before.Id} is not connected to network {name}");
        }

        ContainerSnapshot after = before with
        {
            Endpoints = new Dictionary<string, EndpointSettings>(before.Endpoints.Where(endpoint => endpoint.Key != name)),
        };
        if (before.State.HasProcess)
        {
            after = after with { Sandbox = await engine.Networks.DisconnectAsync(before.Id, name, CancellationToken.None) };
        }

        Save(locked, after);
    }

    private void Save(LockedContainer locked, ContainerSnapshot after)
    {
        engine.Rows.SaveDocument(after);
        locked.Container.Publish(after);
    }
}
