using System.Net;
using Microsoft.Extensions.Logging;
using Wharf.Engine.Events;
using Wharf.Engine.Networks.Addresses;
using Wharf.Engine.Networks.Drivers;
using Wharf.Engine.Networks.Sandboxes;
using Wharf.Engine.Store;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks;

/// <summary>
/// Networks, and the network of each running container: the table of contents. Links and addresses are made over netlink, rules through
/// nftables, both in the network namespace that the process was in when the service was opened.
/// </summary>
public sealed class NetworkService : INetworkSandboxes, IDisposable
{
    private readonly NetworkParts _parts;
    private readonly SandboxPlanner _planner;
    private readonly SetUpSandbox _setUp;
    private readonly TearDownSandbox _tearDown;
    private readonly ConnectSandbox _connect;

    private NetworkService(NetworkParts parts)
    {
        _parts = parts;
        _planner = new SandboxPlanner(parts);
        _tearDown = new TearDownSandbox(parts);
        _setUp = new SetUpSandbox(parts, _planner, _tearDown);
        _connect = new ConnectSandbox(parts, _planner);
    }

    /// <summary>Loads the networks and decides the default ones; the host is touched by <see cref="RecoverAsync"/>.</summary>
    /// <exception cref="WharfException">Options that cannot be met, or no nftables.</exception>
    public static NetworkService Open(EngineOptions options, Database database, EventBus events, TimeProvider clock, ILogger<NetworkService> logger)
    {
        NetlinkSocket host = NetlinkSocket.Open();
        try
        {
            var table = new NetworkTable(new NetworkRows(database));
            table.Load();
            var parts = new NetworkParts
            {
                Options = options,
                Events = events,
                Clock = clock,
                Logger = logger,
                Host = host,
                Networks = table,
                Pools = new AddressPools(options.DefaultAddressPools),
                Files = new SandboxFiles(options.RunDirectory),
                Firewall = Firewall.Firewall.Open(options),
                Drivers = new INetworkDriver[] { new BridgeDriver(host), EmptyDriver.Host, EmptyDriver.None }.ToDictionary(driver => driver.Name),
            };
            new PredefinedNetworks(parts).Ensure();
            return new NetworkService(parts);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public IPAddress? HostGateway => _parts.Networks.TryFind(Network.Bridge)?.Subnets[0].Gateway;

    /// <summary>What on this host keeps containers from being reached, in sentences for <c>info</c>.</summary>
    public IReadOnlyList<string> Warnings => _parts.Firewall.Warnings();

    public void Validate(SandboxRequest request) => _planner.Validate(request);

    public Task<Sandbox> SetUpAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _setUp.RunAsync(request);
    }

    public Task TearDownAsync(string containerId, CancellationToken cancellationToken) => _tearDown.RunAsync(containerId);

    public Task RecoverAsync(IReadOnlyCollection<string> running, CancellationToken cancellationToken)
    {
        HostForwarding.Enable(_parts.Options);
        new RecoverSandboxes(_parts).Run(running);
        return Task.CompletedTask;
    }

    public string NameOf(string reference) => _parts.Networks.Find(reference).Name;

    public Sandbox? Find(string containerId) => _parts.Sandboxes.GetValueOrDefault(containerId)?.Sandbox;

    /// <exception cref="WharfException">InvalidArgument, NotFound (driver), Conflict (name), Forbidden (address range in use).</exception>
    public Network Create(NetworkRequest request) => new CreateNetwork(_parts).Run(request);

    /// <exception cref="WharfException">NotFound, or Forbidden: predefined or in use.</exception>
    public void Remove(string reference) => new RemoveNetwork(_parts).Run(reference);

    /// <summary>Removes the networks that nobody is on.</summary>
    /// <param name="filters">label, label!, until.</param>
    /// <param name="inUse">Names and ids that containers refer to, running or not.</param>
    /// <returns>Their names.</returns>
    public IReadOnlyList<string> Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, IReadOnlySet<string> inUse) =>
        new RemoveNetwork(_parts).Prune(filters, inUse);

    /// <param name="filters">driver, id, label, name, scope, type, dangling.</param>
    public IReadOnlyList<Network> List(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Func<Network, bool> wanted = NetworkFilter.List(filters, network => MembersOf(network).Count > 0);
        return [.. _parts.Networks.All().Where(wanted).OrderBy(network => network.Name, StringComparer.Ordinal)];
    }

    /// <exception cref="WharfException">NotFound.</exception>
    public NetworkUse Inspect(string reference)
    {
        Network network = _parts.Networks.Find(reference);
        return new NetworkUse(network, MembersOf(network));
    }

    public Task<Sandbox> ConnectAsync(string containerId, EndpointRequest endpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _connect.ConnectAsync(containerId, endpoint);
    }

    public Task<Sandbox> DisconnectAsync(string containerId, string network, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _connect.DisconnectAsync(containerId, network);
    }

    /// <summary>Takes bridges and firewall table off the host, when the engine is uninstalled or a trial is over.</summary>
    public void RemoveFromHost()
    {
        foreach (Network network in _parts.Networks.All())
        {
            _parts.DriverOf(network).Remove(network);
        }

        _parts.Firewall.Remove();
    }

    public void Dispose()
    {
        _parts.Ports.Dispose();
        _parts.Firewall.Dispose();
        _parts.Host.Dispose();
    }

    private List<NetworkMember> MembersOf(Network network) =>
    [
        .. from record in _parts.Sandboxes.Values
           from endpoint in record.Sandbox.Endpoints
           where endpoint.NetworkId == network.Id
           select new NetworkMember(record.Sandbox.ContainerId, record.ContainerName, endpoint),
    ];
}
