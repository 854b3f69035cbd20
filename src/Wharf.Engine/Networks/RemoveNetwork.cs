namespace Wharf.Engine.Networks;

/// <summary><c>network rm</c> and <c>network prune</c>. The row goes last: until then the next start knows what to finish.</summary>
internal sealed class RemoveNetwork(NetworkParts parts)
{
    internal void Run(string reference) => Remove(parts.Networks.Find(reference));

    internal IReadOnlyList<string> Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, IReadOnlySet<string> inUse)
    {
        Func<Network, bool> wanted = NetworkFilter.Prune(filters, parts.Clock);
        List<string> removed = [];
        foreach (Network network in parts.Networks.All().Where(network => !network.IsPredefined && wanted(network)))
        {
            if (inUse.Contains(network.Name) || inUse.Contains(network.Id))
            {
                continue;
            }

            try
            {
                Remove(network);
                removed.Add(network.Name);
            }
            catch (WharfException busy) when (busy.Kind == ErrorKind.Forbidden)
            {
                // Somebody joined it just now: it is not unused any more.
            }
        }

        parts.Events.Publish("network", "prune", "", new Dictionary<string, string> { ["reclaimed"] = "0" });
        return removed;
    }

    private void Remove(Network network)
    {
        if (network.IsPredefined)
        {
            throw new WharfException(ErrorKind.Forbidden, $"{network.Name} is a pre-defined network and cannot be removed");
        }

        parts.Networks.Close(network);
        parts.Firewall.RemoveNetwork(network.Id);
        parts.DriverOf(network).Remove(network);
        parts.Networks.Forget(network);
        parts.Publish("destroy", network);
    }
}
