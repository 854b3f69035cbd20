using System.Net;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>
/// <c>/etc/hostname</c>, <c>/etc/hosts</c> and <c>/etc/resolv.conf</c> of a container: files of its directory that are mounted over the
/// image's. Written at each start, when the addresses are known.
/// </summary>
internal sealed class NetworkFiles(ContainerDependencies engine)
{
    internal void Write(ContainerSnapshot container)
    {
        ContainerConfig config = container.Config;
        NamespaceMode mode = NamespaceMode.Parse(container.HostConfig.NetworkMode);
        if (mode.Container is not null)
        {
            CopyFrom(engine.Registry.Find(mode.Container), container.Paths);
            return;
        }

        File.WriteAllText(
            container.Paths.Hostname, config.Domainname.Length == 0 ? config.Hostname + "\n" : $"{config.Hostname}.{config.Domainname}\n");
        File.WriteAllText(container.Paths.Hosts, Hosts(container, mode.IsHost));
        File.WriteAllText(container.Paths.ResolvConf, Resolver(container.HostConfig, mode.IsHost).ToString());
    }

    private string Hosts(ContainerSnapshot container, bool hostNetwork)
    {
        IReadOnlyList<string> extra = container.HostConfig.ExtraHosts;
        if (hostNetwork)
        {
            return HostsFile.BuildForHostNetwork(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "", extra, engine.Networks.HostGateway);
        }

        IEnumerable<IPAddress> addresses = (container.Sandbox?.Endpoints ?? [])
            .SelectMany(endpoint => new[] { endpoint.IPv4, endpoint.IPv6 })
            .OfType<IPAddress>();
        return HostsFile.Build(container.Config.Hostname, container.Config.Domainname, addresses, extra, engine.Networks.HostGateway);
    }

    private ResolvConf Resolver(HostConfig host, bool hostNetwork)
    {
        var asked = new ResolvConf { Servers = host.Dns, Search = host.DnsSearch, Options = host.DnsOptions };
        var engineWide = new ResolvConf { Servers = engine.Options.Dns, Search = engine.Options.DnsSearch, Options = engine.Options.DnsOptions };
        ResolvConf own = ResolvConf.OfHost();
        return hostNetwork ? own.ForHostNetwork(asked, engineWide) : own.ForContainer(asked, engineWide);
    }

    /// <summary>Whoever shares a network shares its names.</summary>
    private static void CopyFrom(Container other, ContainerPaths paths)
    {
        ContainerPaths from = other.Snapshot.Paths;
        File.Copy(from.Hostname, paths.Hostname, overwrite: true);
        File.Copy(from.Hosts, paths.Hosts, overwrite: true);
        File.Copy(from.ResolvConf, paths.ResolvConf, overwrite: true);
    }
}
