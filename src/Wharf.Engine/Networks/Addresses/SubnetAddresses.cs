using System.Net;

namespace Wharf.Engine.Networks.Addresses;

/// <summary>
/// Addresses in use in one subnet. Not thread-safe: the network table holds it. Nothing is stored: an address lives as long as its sandbox,
/// and the sandboxes' files bring it back after a restart.
/// </summary>
internal sealed class SubnetAddresses
{
    private readonly Subnet _subnet;
    private readonly HashSet<uint> _used;
    private readonly uint _first;
    private readonly uint _last;

    internal SubnetAddresses(Subnet subnet)
    {
        _subnet = subnet;
        IPNetwork range = subnet.AddressRange ?? subnet.Range;

        // The first and the last address of a subnet are not a host's (network and broadcast); a range inside it may hold neither.
        _first = Math.Max(IPv4.First(range), IPv4.First(subnet.Range) + 1);
        _last = Math.Min(IPv4.Last(range), IPv4.Last(subnet.Range) - 1);
        _used = [IPv4.Number(subnet.Gateway), .. subnet.Reserved.Values.Select(IPv4.Number)];
    }

    /// <summary>The lowest address that is free, as Docker does.</summary>
    /// <exception cref="WharfException">InvalidArgument: none is.</exception>
    internal IPAddress Take()
    {
        for (uint number = _first; number <= _last; number++)
        {
            if (_used.Add(number))
            {
                return IPv4.Address(number);
            }
        }

        throw WharfException.Invalid($"no available IPv4 addresses on this network's address pools: {_subnet.Range}");
    }

    /// <exception cref="WharfException">InvalidArgument: outside the subnet. Conflict: somebody has it.</exception>
    internal IPAddress Take(IPAddress wanted)
    {
        Check(wanted);
        return _used.Add(IPv4.Number(wanted)) ? wanted : throw new WharfException(ErrorKind.Forbidden, "Address already in use");
    }

    internal void Check(IPAddress wanted)
    {
        if (wanted.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || !_subnet.Range.Contains(wanted))
        {
            throw WharfException.Invalid($"no configured subnet contains IP address {wanted}");
        }
    }

    /// <summary>Takes an address that a running container has already.</summary>
    internal void Adopt(IPAddress address) => _used.Add(IPv4.Number(address));

    internal void Release(IPAddress address)
    {
        if (!address.Equals(_subnet.Gateway) && !_subnet.Reserved.Values.Contains(address))
        {
            _used.Remove(IPv4.Number(address));
        }
    }
}
