using Wharf.Engine.Networks.Drivers;
using Wharf.Engine.Networks.Firewall;
using Wharf.Linux;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Netlink;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary>
/// Makes a container's network. First everything is decided and written down (addresses, names, ports held), then the kernel's objects are
/// made; whatever fails, and wherever a crash strikes, <see cref="TearDownSandbox"/> finds all of it in what was written.
/// </summary>
internal sealed class SetUpSandbox(NetworkParts parts, SandboxPlanner planner, TearDownSandbox tearDown)
{
    private const int LoopbackIndex = 1;

    internal async Task<Sandbox> RunAsync(SandboxRequest request)
    {
        planner.Validate(request);
        SandboxRecord record = Plan(request);
        Sandbox sandbox = record.Sandbox;
        parts.Sandboxes[sandbox.ContainerId] = record;
        try
        {
            parts.Files.Write(record);
            if (sandbox.NamespacePath is not null)
            {
                await NetworkNamespace.CreateAsync(sandbox.NamespacePath, (descriptor, inside) =>
                {
                    SetDefaults();
                    Connect(sandbox, new JoinTarget(descriptor, inside, LoopbackIndex + 1, DefaultRoute: true, sandbox.Ports.Count > 0));
                    SetSysctls(request.Sysctls);
                });
                PublishPorts(sandbox);
            }
        }
        catch (Exception failure)
        {
            await tearDown.AfterFailureAsync(sandbox.ContainerId, failure);
            throw failure is LinuxException kernel
                ? new WharfException(ErrorKind.Internal, $"failed to set up container networking: {kernel.Message}", kernel)
                : failure;
        }

        foreach (Endpoint endpoint in sandbox.Endpoints)
        {
            parts.Publish("connect", parts.Networks.Find(endpoint.NetworkId), sandbox.ContainerId);
        }

        return sandbox;
    }

    /// <summary>Takes addresses and ports; on failure gives back those it took.</summary>
    private SandboxRecord Plan(SandboxRequest request)
    {
        List<Endpoint> endpoints = [];
        try
        {
            foreach (EndpointRequest endpoint in request.Endpoints)
            {
                endpoints.Add(planner.Join(endpoint, endpoints.Count));
            }

            bool own = endpoints.All(endpoint => parts.DriverOf(parts.Networks.Find(endpoint.NetworkId)).HasNamespace);
            var sandbox = new Sandbox
            {
                ContainerId = request.ContainerId,
                NamespacePath = own ? parts.Files.NamespacePath(request.ContainerId) : null,
                Endpoints = endpoints,
                Ports = endpoints.Find(endpoint => endpoint.IPv4 is not null) is { } reachable
                    ? parts.Ports.Reserve(request.ContainerId, request.ContainerName, reachable, request.Ports, parts.Options.DefaultPublishAddress)
                    : [],
            };
            return new SandboxRecord(sandbox, request.ContainerName);
        }
        catch
        {
            endpoints.ForEach(endpoint => parts.Networks.Leave(endpoint.NetworkId, endpoint.IPv4));
            throw;
        }
    }

    private void Connect(Sandbox sandbox, JoinTarget target)
    {
        var batch = new NetlinkBatch();
        batch.SetUp(LoopbackIndex);
        target.Inside.Execute(batch);
        foreach (Endpoint endpoint in sandbox.Endpoints)
        {
            Network network = parts.Networks.Find(endpoint.NetworkId);
            parts.DriverOf(network).Join(network, endpoint, target);
            target = target with { InterfaceIndex = target.InterfaceIndex + 1, DefaultRoute = target.DefaultRoute && endpoint.IPv4Gateway is null };
        }
    }

    private void PublishPorts(Sandbox sandbox)
    {
        if (sandbox.Ports.Count > 0)
        {
            parts.Firewall.Publish(sandbox.ContainerId, PortsOf(sandbox));
        }
    }

    /// <summary>Where a sandbox's published ports lead: its first address.</summary>
    internal static IReadOnlyList<FirewallPort> PortsOf(Sandbox sandbox) =>
        sandbox.Endpoints.FirstOrDefault(endpoint => endpoint.IPv4 is not null)?.IPv4 is { } address
            ? [.. sandbox.Ports.Select(port => new FirewallPort(port, address))]
            : [];

    /// <summary>Docker's: no IPv6 on interfaces that were given no IPv6 address; low ports and ping for every user.</summary>
    private static void SetDefaults()
    {
        Write("net.ipv6.conf.default.disable_ipv6", "1");
        Write("net.ipv4.ip_unprivileged_port_start", "0");
        Write("net.ipv4.ping_group_range", "0 2147483647");
    }

    private static void SetSysctls(IReadOnlyDictionary<string, string> sysctls)
    {
        foreach ((string name, string value) in sysctls)
        {
            if (!Write(name, value))
            {
                throw WharfException.Invalid($"sysctl {name}: no such setting in a container's network namespace");
            }
        }
    }

    /// <summary>The thread is inside the namespace, so /proc/sys/net is its own.</summary>
    private static bool Write(string name, string value)
    {
        string path = "/proc/sys/" + name.Replace('.', '/');
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            File.WriteAllText(path, value);
        }
        catch (IOException failure)
        {
            throw new WharfException(ErrorKind.InvalidArgument, $"sysctl {name}={value}: {failure.Message}", failure);
        }

        return true;
    }
}
