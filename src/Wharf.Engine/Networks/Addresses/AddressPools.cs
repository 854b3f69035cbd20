using System.Net;

namespace Wharf.Engine.Networks.Addresses;

/// <summary>Where networks without a subnet of their own get one from: <c>--default-address-pool</c>, or Docker's list.</summary>
internal sealed class AddressPools
{
    private readonly List<(IPNetwork Base, int Size)> _pools;

    /// <exception cref="WharfException">InvalidArgument: a pool that is no IPv4 range, or cannot be cut so.</exception>
    internal AddressPools(IReadOnlyList<AddressPoolOption> options) =>
        _pools = options.Count == 0 ? Docker() : [.. options.Select(Parse)];

    /// <summary>The first subnet of the pools that overlaps none of <paramref name="taken"/>: other networks', and the host's routes.</summary>
    /// <exception cref="WharfException">NotFound, in Docker's words: all are taken.</exception>
    internal IPNetwork Choose(IReadOnlyCollection<IPNetwork> taken)
    {
        foreach ((IPNetwork pool, int size) in _pools)
        {
            ulong step = 1UL << (32 - size);
            for (ulong first = IPv4.First(pool); first <= IPv4.Last(pool); first += step)
            {
                var subnet = new IPNetwork(IPv4.Address((uint)first), size);
                if (!taken.Any(other => IPv4.Overlap(other, subnet)))
                {
                    return subnet;
                }
            }
        }

        throw WharfException.NotFound("all predefined address pools have been fully subnetted");
    }

    private static List<(IPNetwork Base, int Size)> Docker() =>
    [
        .. Enumerable.Range(17, 15).Select(second => (IPNetwork.Parse($"172.{second}.0.0/16"), 16)),
        (IPNetwork.Parse("192.168.0.0/16"), 20),
    ];

    private static (IPNetwork Base, int Size) Parse(AddressPoolOption option) =>
        IPv4.TryParse(option.Base, out IPNetwork pool, out _) && option.Size >= pool.PrefixLength && option.Size <= 30
            ? (pool, option.Size)
            : throw WharfException.Invalid($"invalid default address pool: base={option.Base},size={option.Size}");
}
