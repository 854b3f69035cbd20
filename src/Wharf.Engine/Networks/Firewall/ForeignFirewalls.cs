using Wharf.Linux.Nftables;

namespace Wharf.Engine.Networks.Firewall;

/// <summary>
/// Finds firewalls of others that drop what ours accepts: in nftables a packet must pass every base chain of a hook, so our "accept" cannot
/// overrule their "drop". We say so and leave them alone.
/// </summary>
internal static class ForeignFirewalls
{
    private const string LegacyTables = "/proc/net/ip_tables_names";

    internal static IReadOnlyList<string> Warnings(string ownTable, NftablesContext nftables)
    {
        List<string> warnings = [.. DroppingChains(nftables.Run("list chains"), ownTable).Select(chain =>
            $"firewall chain {chain} drops forwarded packets by policy: containers on a bridge reach the outside only if it accepts their traffic")];
        if (ReadLegacyTables().Contains("filter"))
        {
            warnings.Add("legacy iptables has a filter table on this host: if its FORWARD policy is DROP, containers on a bridge do not reach the outside");
        }

        return warnings;
    }

    /// <summary>Reads nft's <c>list chains</c>: which chains of other tables at the forward hook have policy drop.</summary>
    internal static IEnumerable<string> DroppingChains(string listing, string ownTable)
    {
        string table = "", chain = "";
        foreach (string line in listing.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith("table ", StringComparison.Ordinal))
            {
                table = line["table ".Length..].TrimEnd('{', ' ');
            }
            else if (line.StartsWith("chain ", StringComparison.Ordinal))
            {
                chain = line["chain ".Length..].TrimEnd('{', ' ');
            }
            else if (line.Contains("hook forward", StringComparison.Ordinal)
                && line.Contains("policy drop", StringComparison.Ordinal)
                && table != "inet " + ownTable
                && !table.StartsWith("bridge ", StringComparison.Ordinal))
            {
                yield return $"{table} {chain}";
            }
        }
    }

    private static string[] ReadLegacyTables()
    {
        try
        {
            return File.ReadAllLines(LegacyTables);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
