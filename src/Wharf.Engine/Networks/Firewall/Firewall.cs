using Wharf.Linux.Nftables;

namespace Wharf.Engine.Networks.Firewall;

/// <summary>
/// Keeps the table as the engine's networks and published ports want it. A change is a few elements; if the table is not as expected
/// (somebody flushed the ruleset), the whole of it is put back instead.
/// </summary>
internal sealed class Firewall : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _table;
    private readonly NftablesContext? _nftables;
    private readonly Dictionary<string, FirewallNetwork> _networks = [];
    private readonly Dictionary<string, IReadOnlyList<FirewallPort>> _ports = [];

    private Firewall(string table, NftablesContext? nftables)
    {
        _table = table;
        _nftables = nftables;
    }

    /// <exception cref="WharfException">Unavailable: no nftables on this machine.</exception>
    internal static Firewall Open(EngineOptions options)
    {
        if (!options.ManageFirewall)
        {
            return new Firewall(options.InstanceName, null);
        }

        try
        {
            return new Firewall(options.InstanceName, NftablesContext.Open());
        }
        catch (NftablesException missing)
        {
            throw new WharfException(ErrorKind.Unavailable, $"{missing.Message}; --iptables=false runs without a firewall of our own", missing);
        }
    }

    /// <summary>Puts the table up as a whole, for these networks and these containers' ports.</summary>
    /// <exception cref="WharfException">Unavailable: the kernel refuses.</exception>
    internal void Start(IEnumerable<FirewallNetwork> networks, IEnumerable<KeyValuePair<string, IReadOnlyList<FirewallPort>>> ports)
    {
        lock (_gate)
        {
            foreach (FirewallNetwork network in networks)
            {
                _networks[network.Id] = network;
            }

            foreach ((string container, IReadOnlyList<FirewallPort> published) in ports)
            {
                _ports[container] = published;
            }

            Rebuild();
        }
    }

    internal void AddNetwork(FirewallNetwork network)
    {
        lock (_gate)
        {
            _networks[network.Id] = network;
            Apply(FirewallRules.Network("add", _table, network));
        }
    }

    internal void RemoveNetwork(string id)
    {
        lock (_gate)
        {
            if (_networks.Remove(id, out FirewallNetwork? network))
            {
                Apply(FirewallRules.Network("delete", _table, network));
            }
        }
    }

    internal void Publish(string containerId, IReadOnlyList<FirewallPort> ports)
    {
        if (ports.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _ports[containerId] = ports;
            Apply(FirewallRules.Ports("add", _table, ports));
        }
    }

    internal void Unpublish(string containerId)
    {
        lock (_gate)
        {
            if (_ports.Remove(containerId, out IReadOnlyList<FirewallPort>? ports))
            {
                Apply(FirewallRules.Ports("delete", _table, ports));
            }
        }
    }

    /// <summary>What other firewalls on this host do to our traffic, in sentences for <c>info</c>.</summary>
    internal IReadOnlyList<string> Warnings() => _nftables is null ? [] : ForeignFirewalls.Warnings(_table, _nftables);

    /// <summary>Takes the table away: the engine's last container is gone for good.</summary>
    internal void Remove()
    {
        lock (_gate)
        {
            _nftables?.Run($"add table inet {_table}\ndelete table inet {_table}");
        }
    }

    public void Dispose() => _nftables?.Dispose();

    private void Apply(string change)
    {
        try
        {
            _nftables?.Run(change);
        }
        catch (NftablesException)
        {
            Rebuild();
        }
    }

    private void Rebuild()
    {
        try
        {
            _nftables?.Run(FirewallRules.Table(_table, _networks.Values, [.. _ports.Values.SelectMany(ports => ports)]));
        }
        catch (NftablesException failure)
        {
            throw new WharfException(ErrorKind.Unavailable, $"cannot set up firewall table inet {_table}: {failure.Message}", failure);
        }
    }
}
