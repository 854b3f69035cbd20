using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The whole life of an image, as an introduction to Docker has it: a Dockerfile with apt, a web server that runs, push, pull.</summary>
public sealed class NginxBuildTests
{
    [Theory, BothClients]
    public async Task A_web_server_is_built_with_apt_run_pushed_removed_pulled_and_run_again(string client)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using LocalRegistry registry = await LocalRegistry.StartAsync();
        using var packages = new StaticSite(Required("WHARF_TEST_APT"));
        (await daemon.CliAsync(client, "import", Required("WHARF_TEST_DEBIAN"), "base")).Expect();
        JsonElement bridge = JsonDocument.Parse((await daemon.DockerAsync("network", "inspect", "bridge")).Expect().Out).RootElement[0];
        string gateway = bridge.GetProperty("IPAM").GetProperty("Config")[0].GetProperty("Gateway").GetString()!;

        // This network leads to no mirror: the packages are here, and apt is told so by the base image.
        string prepare = Write(daemon, "prepare", ("Dockerfile", $"""
            FROM base
            RUN rm -rf /etc/apt/sources.list.d/* && echo 'deb [trusted=yes] http://{gateway}:{packages.Port} ./' > /etc/apt/sources.list
            RUN echo 'Acquire::http::Pipeline-Depth "0";' > /etc/apt/apt.conf.d/90one-at-a-time
            """));
        (await daemon.CliAsync(client, "build", "-t", "ubuntu:20.04", prepare)).Expect();

        string context = Write(
            daemon,
            "site",
            ("Dockerfile", """
                FROM ubuntu:20.04
                RUN apt-get update && apt-get install -y nginx
                COPY index.html /var/www/html/
                CMD ["nginx","-g","daemon off;"]
                """),
            ("index.html", "Hello from a built image\n"));
        string name = $"{registry.Address}/site:v1";
        (await daemon.CliAsync(client, "build", "-t", name, context)).Expect();
        await ServesAsync(daemon, client, name);

        (await daemon.CliAsync(client, "push", name)).Expect();
        (await daemon.CliAsync(client, "rmi", name)).Expect();
        (await daemon.CliAsync(client, "builder", "prune", "-a", "-f")).Expect();
        (await daemon.CliAsync(client, "pull", name)).Expect();
        await ServesAsync(daemon, client, name);
    }

    private static async Task ServesAsync(TestDaemon daemon, string client, string image)
    {
        int port = LocalRegistry.FreePort();
        string id = (await daemon.CliAsync(client, "run", "-d", "-p", $"{port}:80", image)).Expect().Text;
        using var http = new HttpClient();
        string? page = null;
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "nginx answers");
        Assert.Equal("Hello from a built image\n", page);
        (await daemon.CliAsync(client, "rm", "-f", id)).Expect();
    }

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: run the tests with 'make test'");

    private static string Write(TestDaemon daemon, string name, params (string Path, string Content)[] files)
    {
        string directory = Directory.CreateDirectory(Path.Combine(daemon.Scratch, name)).FullName;
        foreach ((string path, string content) in files)
        {
            File.WriteAllText(Path.Combine(directory, path), content);
        }

        return directory;
    }
}
