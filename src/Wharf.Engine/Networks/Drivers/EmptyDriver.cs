namespace Wharf.Engine.Networks.Drivers;

/// <summary>Networks for which nothing is made: the host's own, and a namespace with loopback only.</summary>
internal sealed class EmptyDriver : INetworkDriver
{
    private EmptyDriver(string name, bool hasNamespace)
    {
        Name = name;
        HasNamespace = hasNamespace;
    }

    internal static EmptyDriver Host { get; } = new("host", hasNamespace: false);

    internal static EmptyDriver None { get; } = new("null", hasNamespace: true);

    public string Name { get; }

    public bool HasNamespace { get; }

    public void Ensure(Network network)
    {
    }

    public void Remove(Network network)
    {
    }

    public void Join(Network network, Endpoint endpoint, JoinTarget target)
    {
    }

    public void Leave(Endpoint endpoint)
    {
    }
}
