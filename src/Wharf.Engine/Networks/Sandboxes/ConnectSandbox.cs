using Wharf.Engine.Networks.Drivers;
using Wharf.Linux;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary><c>network connect</c> and <c>disconnect</c> of a running container. The file is written before the link is made, and after it has gone.</summary>
internal sealed class ConnectSandbox(NetworkParts parts, SandboxPlanner planner)
{
    internal async Task<Sandbox> ConnectAsync(string containerId, EndpointRequest request)
    {
        SandboxRecord before = Find(containerId);
        string path = before.Sandbox.NamespacePath
            ?? throw new WharfException(ErrorKind.Forbidden, "container sharing network namespace with another container or host cannot be connected to any other network");
        Network network = parts.Networks.Find(request.Network);
        if (before.Sandbox.Endpoints.Any(endpoint => endpoint.NetworkId == network.Id))
        {
            throw new WharfException(ErrorKind.Forbidden, $"endpoint with name {before.ContainerName} already exists in network {network.Name}");
        }

        planner.Validate(new SandboxRequest { ContainerId = containerId, ContainerName = before.ContainerName, Endpoints = [request] });
        Endpoint added = planner.Join(request, FreeInterface(before.Sandbox));
        SandboxRecord after = Save(before, [.. before.Sandbox.Endpoints, added]);
        try
        {
            await NetworkNamespace.EnterAsync(path, (descriptor, inside) =>
            {
                int index = inside.ListLinks().Max(link => link.Index) + 1;
                bool first = !before.Sandbox.Endpoints.Any(endpoint => endpoint.IPv4Gateway is not null);
                parts.DriverOf(network).Join(network, added, new JoinTarget(descriptor, inside, index, first, before.Sandbox.Ports.Count > 0));
            });
        }
        catch (LinuxException failure)
        {
            parts.DriverOf(network).Leave(added);
            parts.Networks.Leave(network.Id, added.IPv4);
            Save(before, before.Sandbox.Endpoints);
            throw new WharfException(ErrorKind.Internal, $"failed to connect container {before.ContainerName} to network {network.Name}: {failure.Message}", failure);
        }

        parts.Publish("connect", network, containerId);
        return after.Sandbox;
    }

    internal async Task<Sandbox> DisconnectAsync(string containerId, string reference)
    {
        SandboxRecord before = Find(containerId);
        Network network = parts.Networks.Find(reference);
        Endpoint leaving = before.Sandbox.Endpoints.FirstOrDefault(endpoint => endpoint.NetworkId == network.Id)
            ?? throw new WharfException(ErrorKind.Forbidden, $"container {containerId} is not connected to network {network.Name}");
        List<Endpoint> rest = [.. before.Sandbox.Endpoints.Where(endpoint => endpoint != leaving)];
        parts.DriverOf(network).Leave(leaving);
        SandboxRecord after = Save(before, rest);
        parts.Networks.Leave(network.Id, leaving.IPv4);
        if (leaving.IPv4Gateway is not null && rest.Find(endpoint => endpoint.IPv4Gateway is not null) is { } next)
        {
            await NetworkNamespace.EnterAsync(before.Sandbox.NamespacePath!, (_, inside) => GiveDefaultRoute(inside, next));
        }

        parts.Publish("disconnect", network, containerId);
        return after.Sandbox;
    }

    private static void GiveDefaultRoute(NetlinkSocket inside, Endpoint endpoint)
    {
        if (inside.FindLink(endpoint.InterfaceName) is { } link)
        {
            var batch = new NetlinkBatch();
            batch.AddDefaultRoute(endpoint.IPv4Gateway!, link.Index);
            inside.Execute(batch);
        }
    }

    private SandboxRecord Save(SandboxRecord record, IReadOnlyList<Endpoint> endpoints)
    {
        SandboxRecord saved = record with { Sandbox = record.Sandbox with { Endpoints = endpoints } };
        parts.Files.Write(saved);
        parts.Sandboxes[saved.Sandbox.ContainerId] = saved;
        return saved;
    }

    private SandboxRecord Find(string containerId) =>
        parts.Sandboxes.GetValueOrDefault(containerId) ?? throw WharfException.Conflict($"container {containerId} is not running");

    private static int FreeInterface(Sandbox sandbox) =>
        Enumerable.Range(0, int.MaxValue).First(index => sandbox.Endpoints.All(endpoint => endpoint.InterfaceName != $"eth{index}"));
}
