using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Volumes;
using Wharf.Daemon;
using Wharf.Daemon.Endpoints;
using Wharf.Daemon.Hosting;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Xunit;

namespace Wharf.UnitTests.Daemon;

/// <summary>The real server on a real socket, with our own client and with anything that is not one.</summary>
public sealed class DaemonServerTests : IAsyncLifetime
{
    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"wharf-test-{Guid.NewGuid():N}.sock");
    private WebApplication _server = null!;
    private DockerClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = DaemonServer.Build(NullLoggerFactory.Instance, tls: false, options => options.ListenUnixSocket(_socket), Map);
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _client = new DockerClient(DockerEndpoint.Parse("unix://" + _socket));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        File.Delete(_socket);
    }

    [Fact]
    public void Ping_says_what_clients_negotiate_by()
    {
        using ApiResponse get = _client.Open(ApiRequest.Get("/_ping"));
        Assert.Equal("OK", new StreamReader(get.Body).ReadToEnd());
        using ApiResponse head = _client.Open(new ApiRequest("HEAD", "/_ping"));
        foreach (ApiResponse ping in (ApiResponse[])[get, head])
        {
            Assert.Equal(HttpStatusCode.OK, ping.Status);
            Assert.Equal("1.55", ping.Headers["Api-Version"]);
            Assert.Equal("linux", ping.Headers["Ostype"]);
            Assert.Equal("false", ping.Headers["Docker-Experimental"]);
            Assert.Equal("inactive", ping.Headers["Swarm"]);
            Assert.Equal("no-cache, no-store, must-revalidate", ping.Headers["Cache-Control"]);
            Assert.False(ping.Headers.ContainsKey("Server"));
        }
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, "page not found")]
    [InlineData("GET", "/a.b/c.d", HttpStatusCode.NotFound, "page not found")]
    [InlineData("PUT", "/echo", HttpStatusCode.NotFound, "page not found")]
    [InlineData("GET", "/v1.99/_ping", HttpStatusCode.BadRequest, "client version 1.99 is too new. Maximum supported API version is 1.55")]
    [InlineData("GET", "/refuse", HttpStatusCode.Conflict, "in use")]
    [InlineData("GET", "/panic", HttpStatusCode.InternalServerError, "boom")]
    [InlineData("GET", "/services", HttpStatusCode.ServiceUnavailable, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.")]
    [InlineData("GET", "/plugins/a/b:c/json", HttpStatusCode.NotFound, "plugin \"a/b:c\" not found")]
    public void Refusals_have_a_status_and_a_message(string method, string path, HttpStatusCode status, string message)
    {
        DockerApiException refusal = Assert.Throws<DockerApiException>(() => _client.Send(new ApiRequest(method, path)));
        Assert.Equal((status, message), (refusal.Status, refusal.Message));
    }

    [Theory]
    [InlineData("", "application/json", "invalid JSON: got EOF while reading request body")]
    [InlineData("{}", "text/plain", "unsupported Content-Type header (text/plain): must be 'application/json'")]
    [InlineData("{\"Name\":", "application/json", "invalid JSON: ")]
    [InlineData("[]", "application/json", "invalid JSON: ")]
    public void Bodies_that_are_not_what_they_should_be_are_the_clients_fault(string body, string mediaType, string message)
    {
        ApiRequest request = ApiRequest.Post("/echo").WithStream(new MemoryStream(Encoding.UTF8.GetBytes(body)), mediaType);
        DockerApiException refusal = Assert.Throws<DockerApiException>(() => _client.Send(request));
        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_may_come_whole_or_in_chunks_and_connections_are_used_again()
    {
        for (int i = 0; i < 5; i++)
        {
            var sent = new VolumeCreateRequest { Name = new string('x', 1 << (4 * i)) };
            ApiRequest whole = ApiRequest.Post("/echo").WithJson(sent, ApiJson.Default.VolumeCreateRequest);
            Assert.Equal(sent.Name, _client.Send(whole, ApiJson.Default.VolumeCreateRequest).Name);
            ApiRequest chunked = ApiRequest.Post("/echo").WithStream(
                new MemoryStream(ApiJson.ToBytes(sent, ApiJson.Default.VolumeCreateRequest)), "application/json");
            Assert.Equal(sent.Name, _client.Send(chunked, ApiJson.Default.VolumeCreateRequest).Name);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hijacked_connection_survives_the_clients_half_close(bool withBody)
    {
        ApiRequest request = ApiRequest.Post("/hijack");
        if (withBody)
        {
            request.WithJson(new VolumeCreateRequest { Name = "x" }, ApiJson.Default.VolumeCreateRequest);
        }

        using Wharf.Api.Client.HijackedStream raw = _client.Hijack(request);
        Assert.Equal(Hijack.MultiplexedStream, raw.MediaType);
        byte[] sent = new byte[1 << 20];
        Random.Shared.NextBytes(sent);
        Task writing = Task.Run(
            () =>
            {
                raw.Write(sent);
                raw.CloseWrite();
            },
            TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        raw.CopyTo(received);
        await writing;
        Assert.Equal(Encoding.UTF8.GetBytes($"{sent.Length} bytes, then the end"), received.ToArray());
    }

    [Fact]
    public void An_old_client_without_an_upgrade_header_gets_raw_bytes_too()
    {
        using Socket socket = Connect();
        socket.Send("POST /v1.24/hijack HTTP/1.1\r\nHost: x\r\n\r\nhello"u8);
        socket.Shutdown(SocketShutdown.Send);
        string answer = ReadToEnd(socket);
        Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n5 bytes, then the end", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\0\0\0\0")]
    [InlineData("GET")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("GET /_ping HTTP/1.1\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"Name\"")]
    [InlineData("GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /v1.999999999999999999999/info HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")]
    public void Garbage_does_no_harm(string garbage)
    {
        SendAndForget(Encoding.Latin1.GetBytes(garbage));
        AssertAlive();
    }

    [Fact]
    public void Chunks_of_impossible_length_are_the_clients_fault()
    {
        using Socket socket = Connect();
        socket.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n"u8);
        socket.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", ReadToEnd(socket), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_and_endless_headers_do_no_harm()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[random.Next(1, 4096)];
            random.NextBytes(bytes);
            SendAndForget(i % 2 == 0 ? bytes : [.. "GET /_ping HTTP/1.1\r\nHost: x\r\n"u8, .. bytes]);
        }

        SendAndForget(Encoding.ASCII.GetBytes("GET /" + new string('a', 1 << 20) + " HTTP/1.1\r\nHost: x\r\n\r\n"));
        SendAndForget(Encoding.ASCII.GetBytes("GET /_ping HTTP/1.1\r\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-{i}: {i}\r\n"))));
        AssertAlive();
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        PingEndpoints.Map(routes);
        PluginEndpoints.Map(routes);
        SwarmEndpoints.Map(routes);
        routes.MapGet("/refuse", _ => throw WharfException.Conflict("in use"));
        routes.MapGet("/panic", _ => throw new InvalidOperationException("boom"));
        routes.MapPost("/echo", async context => await context.WriteJsonAsync(
            await context.ReadJsonAsync(ApiJson.Default.VolumeCreateRequest), ApiJson.Default.VolumeCreateRequest));
        routes.MapPost("/hijack", async context =>
        {
            await context.ReadOptionalJsonAsync(ApiJson.Default.VolumeCreateRequest);
            await Hijack.RunAsync(context, new CountingSession());
        });
    }

    private void AssertAlive()
    {
        using ApiResponse ping = _client.Open(ApiRequest.Get("/_ping"));
        Assert.Equal("OK", new StreamReader(ping.Body).ReadToEnd());
    }

    private void SendAndForget(byte[] bytes)
    {
        using Socket socket = Connect();
        try
        {
            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
            ReadToEnd(socket);
        }
        catch (SocketException)
        {
            // Being cut off is a fine answer to garbage.
        }
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000, SendTimeout = 5000 };
        socket.Connect(new UnixDomainSocketEndPoint(_socket));
        return socket;
    }

    private static string ReadToEnd(Socket socket)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = socket.Receive(buffer)) > 0)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Reads to the end of the client's input, takes its time, and answers: what a container that reads its stdin does.</summary>
    private sealed class CountingSession : IStreamSession
    {
        public bool Tty => false;

        public async Task RunAsync(Stream client, CancellationToken cancellationToken)
        {
            long total = 0;
            byte[] buffer = new byte[8192];
            int count;
            while ((count = await client.ReadAsync(buffer, cancellationToken)) > 0)
            {
                total += count;
            }

            await Task.Delay(50, cancellationToken);
            await client.WriteAsync(Encoding.UTF8.GetBytes($"{total} bytes, then the end"), cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
