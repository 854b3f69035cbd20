using System.Diagnostics;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The default bridge, published ports, host and none. Runs in the network namespace that the test run was given.</summary>
public sealed class NetworkTests(SharedDaemon shared)
{
    private const string Server = "while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nhello' | nc -l -p 80; done";
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Bridge_containers_have_an_address_a_route_and_each_other(string client)
    {
        string name = $"peer-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "busybox", "sh", "-c", Server)).Expect();
        JsonElement network = (await _daemon.InspectAsync(name)).GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("bridge");
        string address = network.GetProperty("IPAddress").GetString()!;
        Assert.StartsWith("10.210.", address, StringComparison.Ordinal);
        CommandResult inside = await _daemon.CliAsync(
            client, "run", "--rm", "busybox", "sh", "-c", $"ip route; ip link show eth0; wget -qO- http://{address}/");
        inside.Expect().Says($"default via {network.GetProperty("Gateway").GetString()} dev eth0").Says("hello");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Theory, BothClients]
    public async Task A_published_port_answers_on_loopback_on_the_bridge_and_from_a_container(string client)
    {
        string name = $"web-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-p", "127.0.0.1:18080:80", "-p", "80", "busybox", "sh", "-c", Server)).Expect();
        (await _daemon.CliAsync(client, "port", name)).Expect().Says("80/tcp -> 127.0.0.1:18080");
        string random = (await _daemon.InspectAsync(name)).GetProperty("NetworkSettings").GetProperty("Ports").GetProperty("80/tcp")
            .EnumerateArray().First(binding => binding.GetProperty("HostIp").GetString() == "0.0.0.0").GetProperty("HostPort").GetString()!;
        Assert.Equal("hello", await FetchAsync("http://127.0.0.1:18080/"));
        Assert.Equal("hello", await FetchAsync($"http://127.0.0.1:{random}/"));
        string gateway = (await _daemon.InspectAsync(name)).GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("bridge").GetProperty("Gateway").GetString()!;
        Assert.Equal("hello", await FetchAsync($"http://{gateway}:{random}/"));
        (await _daemon.CliAsync(client, "run", "--rm", "busybox", "wget", "-qO-", $"http://{gateway}:{random}/")).Expect().Says("hello");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchOnceAsync("http://127.0.0.1:18080/"));
    }

    [Theory, BothClients]
    public async Task A_port_is_published_once(string client)
    {
        string name = $"first-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-p", "18081:80", "busybox", "sleep", "1000")).Expect();
        (await _daemon.CliAsync(client, "run", "--rm", "-p", "18081:80", "busybox", "true")).Expect(125).Says("port is already allocated");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
        using var foreign = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 18082);
        foreign.Start();
        (await _daemon.CliAsync(client, "run", "--rm", "-p", "127.0.0.1:18082:80", "busybox", "true")).Expect(125).Says("address already in use");
    }

    [Theory, BothClients]
    public async Task Udp_is_published_too(string client)
    {
        string name = $"udp-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-p", "127.0.0.1:18083:53/udp", "busybox", "sleep", "1000")).Expect();

        // Nothing in the image answers datagrams: the host's perl does, in the container's network.
        int pid = (await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("Pid").GetInt32();
        const string echo = "use IO::Socket::INET; alarm 30; my $s = IO::Socket::INET->new(Proto => 'udp', LocalPort => 53); while ($s->recv(my $m, 99)) { $s->send($m) }";
        using Process server = Command.Start("nsenter", [$"--net=/proc/{pid}/ns/net", "perl", "-e", echo]);
        using var socket = new System.Net.Sockets.UdpClient();
        socket.Connect("127.0.0.1", 18083);
        await Poll.UntilAsync(
            async () =>
            {
                await socket.SendAsync("ping"u8.ToArray());
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                try
                {
                    return (await socket.ReceiveAsync(patience.Token)).Buffer.AsSpan().StartsWith("ping"u8);
                }
                catch (Exception failure) when (failure is OperationCanceledException or System.Net.Sockets.SocketException)
                {
                    return false;
                }
            },
            "the datagram comes back");
        server.Kill();
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Ranges_and_publish_all(string client)
    {
        string name = $"range-{client}";
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-p", "18090-18092:90-92", "busybox", "sleep", "1000")).Expect();
        (await _daemon.CliAsync(client, "port", name)).Expect().Says("91/tcp -> 0.0.0.0:18091");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
        (await _daemon.CliAsync(client, "run", "-d", "--name", name, "-P", "--expose", "8000", "busybox", "sleep", "1000")).Expect();
        (await _daemon.CliAsync(client, "port", name, "8000")).Expect().Says("0.0.0.0:");
        (await _daemon.CliAsync(client, "rm", "-f", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Host_and_none(string client)
    {
        Assert.Equal(
            await Task.FromResult(new FileInfo("/proc/self/ns/net").LinkTarget),
            (await _daemon.CliAsync(client, "run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net")).Expect().Text);
        Assert.Equal(
            "lo", (await _daemon.CliAsync(client, "run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net")).Expect().Text);
        (await _daemon.CliAsync(client, "run", "--rm", "--network", "no-such-net", "busybox", "true")).Expect(125).Says("network no-such-net not found");
    }

    private static async Task<string> FetchAsync(string url)
    {
        string body = "";
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    body = await FetchOnceAsync(url);
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            url + " answers");
        return body;
    }

    private static async Task<string> FetchOnceAsync(string url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        return await client.GetStringAsync(new Uri(url));
    }
}
