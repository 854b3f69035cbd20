using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Drivers;

/// <summary>How one kind of network is made of kernel objects.</summary>
internal interface INetworkDriver
{
    /// <summary>As in <c>network create --driver</c>.</summary>
    string Name { get; }

    /// <summary>Containers on it have a network namespace of their own.</summary>
    bool HasNamespace { get; }

    /// <summary>Makes what the network needs on the host, or what of it is missing.</summary>
    /// <exception cref="WharfException">A setting cannot be met on this host.</exception>
    void Ensure(Network network);

    /// <summary>Takes it away again; what is gone already is as good.</summary>
    void Remove(Network network);

    /// <summary>Makes a container's interface. Runs on the thread inside its namespace.</summary>
    void Join(Network network, Endpoint endpoint, JoinTarget target);

    /// <summary>Takes a container's interface away.</summary>
    void Leave(Endpoint endpoint);
}

/// <param name="Namespace">The container's network namespace.</param>
/// <param name="Inside">A netlink socket in it.</param>
/// <param name="InterfaceIndex">A number that no interface in it has.</param>
/// <param name="DefaultRoute">This endpoint's gateway is the container's.</param>
/// <param name="Published">The container has published ports.</param>
internal sealed record JoinTarget(SafeFileHandle Namespace, NetlinkSocket Inside, int InterfaceIndex, bool DefaultRoute, bool Published);
