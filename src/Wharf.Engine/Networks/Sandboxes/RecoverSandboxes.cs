using Microsoft.Extensions.Logging;
using Wharf.Engine.Networks.Firewall;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary>
/// Start-up: what was written down against what the kernel has, in both directions. Sandboxes of running containers are taken over as they
/// are; everything else that bears this engine's name goes.
/// </summary>
internal sealed partial class RecoverSandboxes(NetworkParts parts)
{
    internal void Run(IReadOnlyCollection<string> running)
    {
        (List<SandboxRecord> written, List<string> unknown) = parts.Files.ReadAll();
        List<SandboxRecord> adopted = [.. written.Where(record =>
            running.Contains(record.Sandbox.ContainerId)
            && (record.Sandbox.NamespacePath is not { } path || NetworkNamespace.IsMounted(path)))];
        adopted.ForEach(Adopt);
        foreach (Network network in parts.Networks.All())
        {
            parts.DriverOf(network).Ensure(network);
        }

        foreach (SandboxRecord left in written.Except(adopted))
        {
            RemovedSandbox(parts.Logger, left.Sandbox.ContainerId);
            NetworkNamespace.Remove(parts.Files.NamespacePath(left.Sandbox.ContainerId));
            parts.Files.Delete(left.Sandbox.ContainerId);
        }

        foreach (string id in unknown)
        {
            RemovedSandbox(parts.Logger, id);
            NetworkNamespace.Remove(parts.Files.NamespacePath(id));
        }

        RemoveLinks(adopted);
        RestoreBridges(adopted);
        parts.Firewall.Start(
            parts.Networks.All().Where(network => network.Driver == Network.Bridge).Select(FirewallNetwork.Of),
            adopted.Select(record => KeyValuePair.Create(record.Sandbox.ContainerId, SetUpSandbox.PortsOf(record.Sandbox))));
    }

    private void Adopt(SandboxRecord record)
    {
        Sandbox sandbox = record.Sandbox;
        parts.Sandboxes[sandbox.ContainerId] = record;
        foreach (Endpoint endpoint in sandbox.Endpoints)
        {
            parts.Networks.Adopt(endpoint.NetworkId, endpoint.IPv4);
        }

        foreach (PublishedPort lost in parts.Ports.Adopt(sandbox.ContainerId, sandbox.Ports))
        {
            PortTaken(parts.Logger, lost.HostAddress.ToString(), lost.HostPort, sandbox.ContainerId);
        }
    }

    private void RemoveLinks(List<SandboxRecord> adopted)
    {
        HashSet<string?> known = [.. adopted.SelectMany(record => record.Sandbox.Endpoints).Select(endpoint => endpoint.HostInterfaceName)];
        foreach (Link link in parts.Host.ListLinks())
        {
            if (link.Kind == "veth" && link.Name.StartsWith(parts.InterfacePrefix, StringComparison.Ordinal) && !known.Contains(link.Name))
            {
                RemovedLink(parts.Logger, link.Name);
                parts.Host.DeleteLinkIfThere(link.Name);
            }
        }
    }

    /// <summary>A bridge that somebody deleted has been made anew: the running containers' links go back onto it.</summary>
    private void RestoreBridges(List<SandboxRecord> adopted)
    {
        Dictionary<string, Link> links = parts.Host.ListLinks().ToDictionary(link => link.Name);
        var batch = new NetlinkBatch();
        foreach (Endpoint endpoint in adopted.SelectMany(record => record.Sandbox.Endpoints).Where(endpoint => endpoint.HostInterfaceName is not null))
        {
            if (links.TryGetValue(endpoint.HostInterfaceName!, out Link? link)
                && parts.Networks.TryGet(endpoint.NetworkId) is { } network
                && links.TryGetValue(network.BridgeName, out Link? bridge)
                && link.Master != bridge.Index)
            {
                batch.SetMaster(link.Index, bridge.Index);
                batch.SetUp(link.Index);
            }
        }

        if (batch.Count > 0)
        {
            parts.Host.Execute(batch);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Network of container {ContainerId} outlived it: removed")]
    private static partial void RemovedSandbox(ILogger logger, string containerId);

    [LoggerMessage(2, LogLevel.Warning, "Interface {Name} belongs to no container: removed")]
    private static partial void RemovedLink(ILogger logger, string name);

    [LoggerMessage(3, LogLevel.Warning, "Port {Address}:{Port} of container {ContainerId} was taken by another program while no engine ran; it stays published")]
    private static partial void PortTaken(ILogger logger, string address, int port, string containerId);
}
