using System.Net;
using Wharf.Engine.Networks.Addresses;

namespace Wharf.Engine.Networks;

/// <summary>
/// The networks in memory, each with its addresses in use. One lock over all: lookups and the taking of an address are a few instructions,
/// and a network can be removed only while nobody is joining it.
/// </summary>
internal sealed class NetworkTable(NetworkRows rows)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byId = [];

    internal void Load()
    {
        foreach (Network network in rows.Load())
        {
            _byId[network.Id] = new Entry(network);
        }
    }

    internal List<Network> All()
    {
        lock (_gate)
        {
            return [.. _byId.Values.Select(entry => entry.Network)];
        }
    }

    /// <summary>By full id, name, or unambiguous beginning of an id, in this order.</summary>
    /// <exception cref="WharfException">NotFound, in Docker's words.</exception>
    internal Network Find(string reference)
    {
        lock (_gate)
        {
            return FindLocked(reference).Network;
        }
    }

    /// <summary>As <see cref="Find"/>, or null.</summary>
    internal Network? TryFind(string reference)
    {
        lock (_gate)
        {
            return Matches(reference) is [var only] ? only.Network : null;
        }
    }

    internal Network? TryGet(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id)?.Network;
        }
    }

    /// <exception cref="WharfException">Conflict: the name is taken. Forbidden: a subnet overlaps another network's.</exception>
    internal void Add(Network network)
    {
        lock (_gate)
        {
            if (_byId.Values.Any(entry => entry.Network.Name == network.Name))
            {
                throw WharfException.Conflict($"network with name {network.Name} already exists");
            }

            Replace(network);
        }
    }

    /// <summary>Stores a network in place of the one of the same id, whose addresses are forgotten.</summary>
    internal void Replace(Network network)
    {
        lock (_gate)
        {
            rows.Save(network);
            _byId[network.Id] = new Entry(network);
        }
    }

    /// <summary>Out of the database as well: nothing of it is left on the host.</summary>
    internal void Forget(Network network)
    {
        Close(network);
        rows.Delete(network);
    }

    /// <summary>From here on nobody finds or joins it; the next start would still know of it.</summary>
    /// <exception cref="WharfException">Forbidden: still in use.</exception>
    internal void Close(Network network)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(network.Id, out Entry? entry) && entry.Members > 0)
            {
                throw new WharfException(
                    ErrorKind.Forbidden, $"error while removing network: network {network.Name} has active endpoints");
            }

            _byId.Remove(network.Id);
        }
    }

    /// <summary>Joins a network: takes an address of its subnet, if it has one.</summary>
    /// <returns>The network, and the address and its subnet.</returns>
    internal (Network Network, IPAddress? Address) Join(string reference, IPAddress? wanted)
    {
        lock (_gate)
        {
            Entry entry = FindLocked(reference);
            IPAddress? address = entry.Addresses is null ? null : wanted is null ? entry.Addresses.Take() : entry.Addresses.Take(wanted);
            entry.Members++;
            return (entry.Network, address);
        }
    }

    /// <summary>Joins as <paramref name="address"/>, which a running container has already.</summary>
    internal void Adopt(string networkId, IPAddress? address)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(networkId, out Entry? entry))
            {
                entry.Members++;
                if (address is not null)
                {
                    entry.Addresses?.Adopt(address);
                }
            }
        }
    }

    internal void Leave(string networkId, IPAddress? address)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(networkId, out Entry? entry))
            {
                entry.Members--;
                if (address is not null)
                {
                    entry.Addresses?.Release(address);
                }
            }
        }
    }

    private Entry FindLocked(string reference)
    {
        List<Entry> matches = Matches(reference);
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw WharfException.NotFound($"network {reference} not found"),
            _ => throw WharfException.Invalid($"network {reference} is ambiguous ({matches.Count} matches found on ID prefix)"),
        };
    }

    private List<Entry> Matches(string reference)
    {
        if (_byId.TryGetValue(reference, out Entry? exact))
        {
            return [exact];
        }

        if (_byId.Values.FirstOrDefault(entry => entry.Network.Name == reference) is { } named)
        {
            return [named];
        }

        return reference.Length == 0 ? [] : [.. _byId.Values.Where(entry => entry.Network.Id.StartsWith(reference, StringComparison.Ordinal))];
    }

    private sealed class Entry(Network network)
    {
        internal Network Network { get; } = network;

        internal SubnetAddresses? Addresses { get; } = network.Subnets.Count > 0 ? new SubnetAddresses(network.Subnets[0]) : null;

        internal int Members { get; set; }
    }
}
