using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine;
using Wharf.Engine.Events;
using Wharf.Engine.Networks;
using Wharf.Engine.Store;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Netlink;
using Xunit;

namespace Wharf.KernelTests.Networks;

/// <summary>A network service on a root of its own, in the network namespace of the test run; gone without a trace afterwards.</summary>
internal sealed class NetworkHost : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-net-").FullName;
    private Database? _database;

    internal NetworkHost(string bridgeAddress = "10.201.0.1/24", Func<EngineOptions, EngineOptions>? configure = null)
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        Assert.SkipWhen(
            new FileInfo("/proc/self/ns/net").LinkTarget == new FileInfo("/proc/1/ns/net").LinkTarget,
            "needs a network namespace of its own: unshare --net --mount");
        Options = new EngineOptions { Root = Path.Combine(_directory, "root"), RunDirectory = Path.Combine(_directory, "run"), BridgeAddress = bridgeAddress };
        Options = configure?.Invoke(Options) ?? Options;
        Directory.CreateDirectory(Options.Root);
        Directory.CreateDirectory(Options.RunDirectory);
    }

    internal EngineOptions Options { get; }

    internal EventBus Events { get; } = new(TimeProvider.System);

    internal NetworkService Service { get; private set; } = null!;

    internal string Bridge => Options.InstanceName + "0";

    /// <summary>Starts the service, or starts it again as after kill -9: what the old one held in memory and descriptors is gone.</summary>
    internal async Task<NetworkHost> StartAsync(params string[] running)
    {
        Service?.Dispose();
        _database?.Dispose();
        _database = Database.Open(Path.Combine(Options.Root, "wharf.db"));
        Service = NetworkService.Open(Options, _database, Events, TimeProvider.System, NullLogger<NetworkService>.Instance);
        await Service.RecoverAsync(running, CancellationToken.None);
        return this;
    }

    internal Task<Sandbox> SetUpAsync(string id, params PortRequest[] ports) => SetUpAsync(id, "bridge", ports);

    internal Task<Sandbox> SetUpAsync(string id, string network, PortRequest[] ports) => Service.SetUpAsync(
        new SandboxRequest { ContainerId = id, ContainerName = "name-" + id, Endpoints = [new EndpointRequest { Network = network }], Ports = ports },
        CancellationToken.None);

    internal Task TearDownAsync(string id) => Service.TearDownAsync(id, CancellationToken.None);

    /// <summary>Ports of ours on the bridge, and anything else that begins as they do.</summary>
    internal static List<Link> Veths()
    {
        using NetlinkSocket socket = NetlinkSocket.Open();
        return [.. socket.ListLinks().Where(link => link.Kind == "veth" && link.Name.StartsWith("wh", StringComparison.Ordinal))];
    }

    internal static PortRequest Publish(ushort container, ushort host, PortProtocol protocol = PortProtocol.Tcp, IPAddress? address = null) =>
        new(protocol, container, address, host, host);

    public async ValueTask DisposeAsync()
    {
        if (Service is not null)
        {
            await Service.RecoverAsync([], CancellationToken.None);
            Service.RemoveFromHost();
            Service.Dispose();
        }

        _database?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Sockets inside a network namespace: a socket stays where it was opened, so only the opening needs the thread.</summary>
internal static class Inside
{
    internal static async Task<Socket> ListenAsync(string namespacePath, int port)
    {
        Socket? listener = null;
        await NetworkNamespace.EnterAsync(namespacePath, (_, _) =>
        {
            listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Any, port));
            listener.Listen();
        });
        return listener!;
    }

    /// <summary>Answers each connection with the address that it seems to come from.</summary>
    internal static async Task<Socket> ServeAsync(string namespacePath, int port)
    {
        Socket listener = await ListenAsync(namespacePath, port);
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    using Socket client = await listener.AcceptAsync();
                    await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(((IPEndPoint)client.RemoteEndPoint!).Address.ToString()));
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test closed the listener.
            }
        });
        return listener;
    }

    internal static async Task<Socket> EchoUdpAsync(string namespacePath, int port)
    {
        Socket? server = null;
        await NetworkNamespace.EnterAsync(namespacePath, (_, _) =>
        {
            server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            server.Bind(new IPEndPoint(IPAddress.Any, port));
        });
        _ = Task.Run(async () =>
        {
            byte[] buffer = new byte[100];
            try
            {
                while (true)
                {
                    SocketReceiveFromResult got = await server!.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                    await server.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), got.RemoteEndPoint);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test closed it.
            }
        });
        return server!;
    }

    /// <summary>Connects from inside a namespace (null: from the test run's own) and reads what the server says.</summary>
    internal static async Task<string> FetchAsync(string? namespacePath, IPAddress address, int port)
    {
        using Socket socket = await OpenAsync(namespacePath, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
        byte[] buffer = new byte[100];
        int count = await socket.ReceiveAsync(buffer, patience.Token);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
    }

    internal static async Task<string> PingUdpAsync(string? namespacePath, IPAddress address, int port)
    {
        using Socket socket = await OpenAsync(namespacePath, SocketType.Dgram, ProtocolType.Udp);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
        await socket.SendAsync("ping"u8.ToArray());
        byte[] buffer = new byte[100];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
    }

    private static async Task<Socket> OpenAsync(string? namespacePath, SocketType type, ProtocolType protocol)
    {
        if (namespacePath is null)
        {
            return new Socket(AddressFamily.InterNetwork, type, protocol);
        }

        Socket? socket = null;
        await NetworkNamespace.EnterAsync(namespacePath, (_, _) => socket = new Socket(AddressFamily.InterNetwork, type, protocol));
        return socket!;
    }
}

/// <summary>A machine next to this one: another namespace at the other end of a cable, 198.51.100.2 towards our 198.51.100.1.</summary>
internal sealed class Neighbour : IDisposable
{
    private const string Cable = "test-cable";
    private readonly string _path = Path.Combine(Path.GetTempPath(), "wharf-neighbour-" + Guid.NewGuid().ToString("N"));

    internal static IPAddress HostAddress { get; } = IPAddress.Parse("198.51.100.1");

    internal static IPAddress OwnAddress { get; } = IPAddress.Parse("198.51.100.2");

    internal string Namespace => _path;

    internal static async Task<Neighbour> ConnectAsync()
    {
        var neighbour = new Neighbour();
        using NetlinkSocket host = NetlinkSocket.Open();
        await NetworkNamespace.CreateAsync(neighbour._path, (descriptor, inside) =>
        {
            var batch = new NetlinkBatch();
            batch.AddVeth(new VethPair(Cable, 0, "eth0", 2, new PhysicalAddress([2, 0, 0, 0, 0, 9]), descriptor, 1500));
            host.Execute(batch);
            var far = new NetlinkBatch();
            far.SetUp(1);
            far.SetUp(2);
            far.AddAddress(2, OwnAddress, 24);
            far.AddDefaultRoute(HostAddress, 2);
            inside.Execute(far);
        });
        var near = new NetlinkBatch();
        near.AddAddress(host.FindLink(Cable)!.Index, HostAddress, 24);
        host.Execute(near);
        return neighbour;
    }

    public void Dispose()
    {
        using NetlinkSocket host = NetlinkSocket.Open();
        host.DeleteLinkIfThere(Cable);
        NetworkNamespace.Remove(_path);
    }
}
