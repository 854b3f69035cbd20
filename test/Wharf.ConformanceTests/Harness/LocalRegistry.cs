using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wharf.ConformanceTests.Harness;

/// <summary>Debian's docker-registry on loopback, anonymous or with a password.</summary>
public sealed class LocalRegistry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "secret";

    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-registry-").FullName;
    private Process? _process;

    public string Address { get; } = $"127.0.0.1:{FreePort()}";

    public static async Task<LocalRegistry> StartAsync(bool withPassword = false)
    {
        var registry = new LocalRegistry();
        string auth = "";
        if (withPassword)
        {
            // bcrypt of "secret": the registry accepts no other hash, and Debian has no small tool that makes one.
            await File.WriteAllTextAsync(
                Path.Combine(registry._directory, "htpasswd"), $"{User}:{BcryptOfSecret}\n");
            auth = $"auth: {{htpasswd: {{realm: test, path: {registry._directory}/htpasswd}}}}\n";
        }

        string configuration = Path.Combine(registry._directory, "config.yml");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            version: 0.1
            log: {"{"}level: error, accesslog: {"{"}disabled: true{"}}"}
            storage: {"{"}filesystem: {"{"}rootdirectory: {registry._directory}/data{"}"}, delete: {"{"}enabled: true{"}}"}
            http: {"{"}addr: {registry.Address}{"}"}
            {auth}
            """);
        registry._process = Command.Start("/bin/sh", ["-c", $"exec docker-registry serve {configuration} >{registry._directory}/log 2>&1"]);
        using var client = new HttpClient();
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    return (await client.GetAsync(new Uri($"http://{registry.Address}/v2/"))).StatusCode
                        is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the registry answers");
        return registry;
    }

    /// <summary>Puts an image of <paramref name="daemon"/> into the registry by way of a saved archive and skopeo.</summary>
    public async Task PublishAsync(TestDaemon daemon, string image, string name, params string[] skopeoFlags)
    {
        string archive = Path.Combine(daemon.Scratch, "publish.tar");
        (await daemon.DockerAsync("save", "-o", archive, image)).Expect();
        (await Command.RunAsync(
            "skopeo",
            ["--insecure-policy", "copy", "--dest-tls-verify=false", .. skopeoFlags, $"docker-archive:{archive}", $"docker://{Address}/{name}"])).Expect();
        File.Delete(archive);
    }

    public async ValueTask DisposeAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private const string BcryptOfSecret = "$2y$05$4yJscfmSSd6m7mwsPnoR8.JNuZ7L7Gb2i716urWekLHtNVqN/n8bW";

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
