using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The API's bytes: negotiation, errors, hijacking, and what an engine without swarm says.</summary>
public sealed class WireTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Fact]
    public async Task Ping_carries_what_clients_negotiate_by()
    {
        using HttpResponseMessage ping = await _daemon.Http.GetAsync(new Uri("/_ping", UriKind.Relative));
        Assert.Equal("OK", await ping.Content.ReadAsStringAsync());
        Assert.Equal("1.55", ping.Headers.GetValues("Api-Version").Single());
        Assert.Equal("linux", ping.Headers.GetValues("Ostype").Single());
        Assert.Equal("inactive", ping.Headers.GetValues("Swarm").Single());
        Assert.Equal("false", ping.Headers.GetValues("Docker-Experimental").Single());
        Assert.Contains("no-store", ping.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var head = new HttpRequestMessage(HttpMethod.Head, new Uri("/_ping", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, (await _daemon.Http.SendAsync(head)).StatusCode);
    }

    [Theory]
    [InlineData("/v1.24/version", 200, "ApiVersion")]
    [InlineData("/v1.55/version", 200, "ApiVersion")]
    [InlineData("/v1.99/version", 400, "client version 1.99 is too new. Maximum supported API version is 1.55")]
    [InlineData("/v1.12/version", 400, "client version 1.12 is too old. Minimum supported API version is 1.24")]
    [InlineData("/no/such/route", 404, "page not found")]
    [InlineData("/containers/no-such/json", 404, "No such container: no-such")]
    [InlineData("/images/no-such/json", 404, "No such image: no-such:latest")]
    [InlineData("/networks/no-such", 404, "network no-such not found")]
    [InlineData("/volumes/no-such", 404, "no such volume")]
    [InlineData("/exec/no-such/json", 404, "No such exec instance: no-such")]
    [InlineData("/swarm", 503, "This node is not a swarm manager")]
    [InlineData("/services", 503, "This node is not a swarm manager")]
    [InlineData("/nodes", 503, "This node is not a swarm manager")]
    [InlineData("/tasks", 503, "This node is not a swarm manager")]
    [InlineData("/secrets", 503, "This node is not a swarm manager")]
    [InlineData("/configs", 503, "This node is not a swarm manager")]
    [InlineData("/plugins/no-such/json", 404, "plugin \\\"no-such\\\" not found")]
    [InlineData("/plugins", 200, "[]")]
    public async Task Paths_answer_with_dockers_status_and_words(string path, int status, string words)
    {
        using HttpResponseMessage response = await _daemon.Http.GetAsync(new Uri(path, UriKind.Relative));
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, body, StringComparison.Ordinal);
        if (status >= 400)
        {
            Assert.True(JsonDocument.Parse(body).RootElement.TryGetProperty("message", out _), body);
        }
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"Image":5}""", 400)]
    [InlineData("""{"Image":""}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"CapAdd":["NO_SUCH"]}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"Memory":1}}""", 400)]
    [InlineData("""{"Image":"busybox","HostConfig":{"NetworkMode":"bridge","Binds":["relative:/x:ro:bad"]}}""", 400)]
    [InlineData("""{"Image":"no-such-image"}""", 404)]
    public async Task Bad_create_bodies_change_nothing(string body, int status)
    {
        string before = await _daemon.Http.GetStringAsync(new Uri("/containers/json?all=1", UriKind.Relative));
        using var content = new StringContent(body, null, "application/json");
        using HttpResponseMessage response = await _daemon.Http.PostAsync(new Uri("/containers/create", UriKind.Relative), content);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(JsonDocument.Parse(before).RootElement.GetArrayLength(), JsonDocument.Parse(
            await _daemon.Http.GetStringAsync(new Uri("/containers/json?all=1", UriKind.Relative))).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Start_of_a_running_and_stop_of_a_stopped_container_change_nothing()
    {
        string id = (await _daemon.DockerAsync("run", "-d", "busybox", "sleep", "1000")).Expect().Text;
        Assert.Equal(304, await PostAsync($"/containers/{id}/start"));
        Assert.Equal(204, await PostAsync($"/containers/{id}/stop?t=0"));
        Assert.Equal(304, await PostAsync($"/containers/{id}/stop"));
        (await _daemon.DockerAsync("rm", id)).Expect();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attach_is_hijacked_with_and_without_an_upgrade_header(bool upgrade)
    {
        string id = (await _daemon.DockerAsync("create", "-i", "busybox", "cat")).Expect().Text;
        using Socket socket = await ConnectAsync();
        string header = upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "";
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1.44/containers/{id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\n{header}Content-Length: 0\r\n\r\n"));
        string answer = await ReadUntilAsync(socket, "\r\n\r\n"u8.ToArray());
        Assert.StartsWith(upgrade ? "HTTP/1.1 101 " : "HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/vnd.docker.multiplexed-stream", answer, StringComparison.Ordinal);
        (await _daemon.DockerAsync("start", id)).Expect();
        await socket.SendAsync("echo"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        byte[] frame = new byte[12];
        await ReadExactlyAsync(socket, frame);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 4, .. "echo"u8], frame);
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        (await _daemon.DockerAsync("rm", "-f", id)).Expect();
    }

    /// <summary>With and without a terminal: before the connection is taken over there still is a status to say it with.</summary>
    [Theory]
    [InlineData("-i")]
    [InlineData("-it")]
    public async Task Detach_keys_that_are_none_are_refused(string streams)
    {
        string id = (await _daemon.DockerAsync("create", streams, "busybox", "cat")).Expect().Text;
        using Socket socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1.44/containers/{id}/attach?stream=1&stdin=1&detachKeys=foo HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400 ", await ReadUntilAsync(socket, "\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
        (await _daemon.DockerAsync("rm", "-f", id)).Expect();
    }

    [Fact]
    public async Task Garbage_does_not_take_the_daemon_down()
    {
        var random = new Random(20);
        for (int i = 0; i < 200; i++)
        {
            using Socket socket = await ConnectAsync();
            byte[] garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);
            if (i % 2 == 0)
            {
                garbage = [.. "POST /containers/create HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. garbage];
            }

            try
            {
                await socket.SendAsync(garbage);
            }
            catch (SocketException)
            {
                // The daemon may close before it has read all of it.
            }
        }

        (await _daemon.DockerAsync("version")).Expect();
    }

    [Fact]
    public async Task Events_tell_a_containers_life()
    {
        string since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
        (await _daemon.DockerAsync("run", "--rm", "--name", "eventful", "busybox", "true")).Expect();
        string[] actions = [];
        await Poll.UntilAsync(
            async () =>
            {
                actions = (await _daemon.DockerAsync(
                    "events", "--since", since, "--until", "0s", "--filter", "container=eventful", "--format", "{{.Action}}")).Expect().Text.Split('\n');
                return actions.Contains("destroy");
            },
            "the container is destroyed");
        Assert.Equal(["create", "attach", "start", "die", "destroy"], actions);
    }

    [Theory, BothClients]
    public async Task Version_and_info(string client)
    {
        (await _daemon.CliAsync(client, "version")).Expect().Says("Server").Says("1.55");
        (await _daemon.CliAsync(client, "info")).Expect().Says("Storage Driver: overlay2").Says("Swarm: inactive").Says("Cgroup Driver: cgroupfs");
    }

    private async Task<int> PostAsync(string path) => (int)(await _daemon.Http.PostAsync(new Uri(path, UriKind.Relative), null)).StatusCode;

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_daemon.Socket));
        return socket;
    }

    private static async Task<string> ReadUntilAsync(Socket socket, byte[] end)
    {
        List<byte> read = [];
        byte[] one = new byte[1];
        while (!read.TakeLast(end.Length).SequenceEqual(end))
        {
            Assert.Equal(1, await socket.ReceiveAsync(one));
            read.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. read]);
    }

    private static async Task ReadExactlyAsync(Socket socket, byte[] buffer)
    {
        for (int have = 0; have < buffer.Length;)
        {
            int got = await socket.ReceiveAsync(buffer.AsMemory(have));
            Assert.NotEqual(0, got);
            have += got;
        }
    }
}
