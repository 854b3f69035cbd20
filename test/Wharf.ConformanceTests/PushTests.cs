using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>push to Debian's docker-registry, and what other programs make of it.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private TestDaemon _daemon = null!;
    private LocalRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _daemon = await TestDaemon.StartWithBusyboxAsync();
        _registry = await LocalRegistry.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    private string Name(string rest) => $"{_registry.Address}/{rest}";

    private async Task<string> TagAsync(string rest)
    {
        (await _daemon.DockerAsync("tag", "busybox", Name(rest))).Expect();
        return Name(rest);
    }

    /// <summary>The digest by which skopeo knows a name in the registry.</summary>
    private async Task<string> DigestOfAsync(string rest) => (await Command.RunAsync(
        "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{Name(rest)}"])).Expect().Text;

    [Theory, BothClients]
    public async Task Pushed_pulled_and_run_again(string client)
    {
        string name = await TagAsync("team/app:1");
        CommandResult pushed = (await _daemon.CliAsync(client, "push", name)).Expect();
        string digest = await DigestOfAsync("team/app:1");
        pushed.Says($"The push refers to repository [{Name("team/app")}]").Says(": Preparing").Says(": Pushed").Says($"1: digest: {digest} size: ");
        (await _daemon.CliAsync(client, "push", name)).Expect().Says(": Layer already exists").Says($"1: digest: {digest} size: ");

        string copy = await TagAsync("team/copy:1");
        (await _daemon.CliAsync(client, "push", copy)).Expect().Says(": Mounted from team/app").Says($"1: digest: {digest} size: ");
        string digests = (await _daemon.CliAsync(client, "image", "inspect", "-f", "{{join .RepoDigests \" \"}}", name)).Expect().Text;
        Assert.Contains($"{Name("team/app")}@{digest}", digests, StringComparison.Ordinal);
        Assert.Contains($"{Name("team/copy")}@{digest}", digests, StringComparison.Ordinal);

        (await _daemon.DockerAsync("rmi", "-f", "busybox", name, copy)).Expect();
        (await _daemon.CliAsync(client, "pull", name)).Expect().Says($"Digest: {digest}");
        Assert.Equal("ok", (await _daemon.CliAsync(client, "run", "--rm", name, "echo", "ok")).Expect().Text);
        (await _daemon.CliAsync(client, "push", await RetagAsync(name, "other:1"))).Expect().Says($"1: digest: {digest} size: ");
    }

    [Theory, BothClients]
    public async Task A_build_takes_steps_from_an_image_in_the_registry(string client)
    {
        string context = Directory.CreateDirectory(Path.Combine(_daemon.Scratch, "cached")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "file"), "copied");
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM busybox\nCOPY file /\nRUN cat /file /proc/sys/kernel/random/uuid >/made\n");
        string name = Name("team/cached:1");
        (await _daemon.CliAsync(client, "build", "-t", name, context)).Expect();
        string made = (await _daemon.DockerAsync("run", "--rm", name, "cat", "/made")).Expect().Text;
        (await _daemon.DockerAsync("push", name)).Expect();
        (await _daemon.DockerAsync("rmi", name)).Expect();
        (await _daemon.WharfAsync("builder", "prune", "-af")).Expect();

        (await _daemon.CliAsync(client, "build", "--cache-from", name, "-t", "again", context)).Expect();
        Assert.Equal(made, (await _daemon.DockerAsync("run", "--rm", "again", "cat", "/made")).Expect().Text);
        (await _daemon.WharfAsync("builder", "prune", "-af")).Expect();
        (await _daemon.WharfAsync("build", "--cache-from", $"type=registry,ref={name}", "-t", "again", context)).Expect();
        Assert.Equal(made, (await _daemon.DockerAsync("run", "--rm", "again", "cat", "/made")).Expect().Text);
        (await _daemon.WharfAsync("build", "--cache-from", "type=gha", context)).Expect(1).Says("a cache of type gha is not supported");
    }

    private async Task<string> RetagAsync(string name, string rest)
    {
        (await _daemon.DockerAsync("tag", name, Name(rest))).Expect();
        return Name(rest);
    }

    [Theory, BothClients]
    public async Task All_tags_and_quiet(string client)
    {
        await TagAsync("app:1");
        await TagAsync("app:2");
        CommandResult all = (await _daemon.CliAsync(client, "push", "--all-tags", Name("app"))).Expect();
        all.Says("1: digest: ").Says("2: digest: ");
        Assert.Equal(Name("app:2"), (await _daemon.CliAsync(client, "push", "-q", Name("app:2"))).Expect().Text);
        (await _daemon.CliAsync(client, "push", "-a", Name("app:2"))).Expect(1).Says("tag can't be used with --all-tags/-a");
        (await _daemon.CliAsync(client, "push", Name("app:3"))).Expect(1).Says($"tag does not exist: {Name("app:3")}");
        (await _daemon.CliAsync(client, "push", Name("none"))).Expect(1).Says($"An image does not exist locally with the tag: {Name("none")}");
        (await _daemon.CliAsync(client, "push", "127.0.0.1:1/none")).Expect(1).Says("An image does not exist locally with the tag: 127.0.0.1:1/none");
        (await _daemon.CliAsync(client, "push", "--platform", "linux/s390x", Name("app:1"))).Expect(1).Says("does not provide the specified platform (linux/s390x)");
    }

    [Theory]
    [InlineData("docker", "oci", "gzip")]
    [InlineData("wharf", "oci", "zstd")]
    [InlineData("docker", "v2s2", "gzip")]
    public async Task What_skopeo_has_pushed_goes_on_with_the_same_digest(string client, string format, string compression)
    {
        await _registry.PublishAsync(_daemon, "busybox", "made:1", "--format", format, "--dest-compress-format", compression);
        // A layer that is here is not fetched, and then its bytes as they were pushed are not here.
        (await _daemon.DockerAsync("rmi", "busybox")).Expect();
        string digest = await DigestOfAsync("made:1");
        (await _daemon.CliAsync(client, "pull", Name("made:1"))).Expect().Says($"Digest: {digest}");
        await using LocalRegistry other = await LocalRegistry.StartAsync();
        string elsewhere = $"{other.Address}/made:1";
        (await _daemon.DockerAsync("tag", Name("made:1"), elsewhere)).Expect();
        (await _daemon.CliAsync(client, "push", elsewhere)).Expect().Says($"1: digest: {digest} size: ");
    }

    [Fact]
    public async Task Podman_pulls_what_we_push_and_the_reverse()
    {
        string storage = Directory.CreateDirectory(Path.Combine(_daemon.Scratch, "podman")).FullName;
        string[] podman = ["--root", storage, "--runroot", Path.Combine(_daemon.Scratch, "podman-run"), "--storage-driver", "vfs"];
        string name = await TagAsync("app:1");
        (await _daemon.DockerAsync("push", name)).Expect();
        (await Command.RunAsync("podman", [.. podman, "pull", "-q", "--tls-verify=false", name])).Expect();
        string id = (await Command.RunAsync("podman", [.. podman, "image", "inspect", "-f", "{{.Id}} {{.Digest}}", name])).Expect().Text;
        Assert.Equal($"{(await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", "busybox")).Expect().Text["sha256:".Length..]} {await DigestOfAsync("app:1")}", id);

        (await Command.RunAsync("podman", [.. podman, "push", "-q", "--tls-verify=false", name, Name("back:1")])).Expect();
        (await _daemon.DockerAsync("pull", Name("back:1"))).Expect().Says($"Digest: {await DigestOfAsync("back:1")}");
    }

    [Theory, BothClients]
    public async Task A_password_is_needed_and_used(string client)
    {
        await using LocalRegistry registry = await LocalRegistry.StartAsync(withPassword: true);
        string name = $"{registry.Address}/private:1";
        (await _daemon.DockerAsync("tag", "busybox", name)).Expect();
        (await _daemon.CliAsync(client, "push", name)).Expect(1).Says("no basic auth credentials");
        (await _daemon.CliWithInputAsync(client, LocalRegistry.Password, "login", "-u", LocalRegistry.User, "--password-stdin", registry.Address)).Expect();
        (await _daemon.CliAsync(client, "login", registry.Address)).Expect().Says("Login Succeeded");
        (await _daemon.CliAsync(client, "push", name)).Expect().Says("1: digest: sha256:");
        (await _daemon.CliAsync(client, "logout", registry.Address)).Expect();
        (await _daemon.CliAsync(client, "push", name)).Expect(1);
    }

    [Theory, BothClients]
    public async Task A_registry_without_search_says_so(string client) =>
        (await _daemon.CliAsync(client, "search", Name("nginx"))).Expect(1)
            .Says($"registry {_registry.Address} cannot be searched: it does not implement /v1/search (status 404)");

    [Fact]
    public async Task Distribution_tells_what_the_registry_has()
    {
        (await _daemon.DockerAsync("push", await TagAsync("team/app:1"))).Expect();
        using JsonDocument found = JsonDocument.Parse(await _daemon.Http.GetStringAsync(new Uri($"/v1.44/distribution/{Name("team/app:1")}/json", UriKind.Relative)));
        Assert.Equal(await DigestOfAsync("team/app:1"), found.RootElement.GetProperty("Descriptor").GetProperty("digest").GetString());
        Assert.Equal("linux", found.RootElement.GetProperty("Platforms")[0].GetProperty("os").GetString());
    }
}
