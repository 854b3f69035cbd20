using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>pull, from a real registry.</summary>
public sealed class RegistryTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Pull_by_tag_and_digest_then_run(string client)
    {
        await using LocalRegistry registry = await LocalRegistry.StartAsync();
        await registry.PublishAsync(_daemon, "busybox", "library/box:v1");
        string name = $"{registry.Address}/library/box:v1";
        CommandResult pulled = (await _daemon.CliAsync(client, "pull", name)).Expect();
        pulled.Says("Status: Downloaded newer image for").Says("Digest: sha256:");
        (await _daemon.CliAsync(client, "pull", name)).Expect().Says("Status: Image is up to date for");
        Assert.Equal("ok", (await _daemon.CliAsync(client, "run", "--rm", name, "echo", "ok")).Expect().Text);
        string digest = (await _daemon.CliAsync(client, "image", "inspect", "-f", "{{index .RepoDigests 0}}", name)).Expect().Text;
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
        (await _daemon.CliAsync(client, "pull", digest)).Expect();
        Assert.Equal("ok", (await _daemon.CliAsync(client, "run", "--rm", digest, "echo", "ok")).Expect().Text);
        (await _daemon.CliAsync(client, "rmi", digest)).Expect();
    }

    [Theory, BothClients]
    public async Task Run_pulls_what_is_missing(string client)
    {
        await using LocalRegistry registry = await LocalRegistry.StartAsync();
        await registry.PublishAsync(_daemon, "busybox", "missing:latest");
        CommandResult result = (await _daemon.CliAsync(client, "run", "--rm", $"{registry.Address}/missing", "echo", "ok")).Expect();
        Assert.Equal("ok", result.Text);
        Assert.Contains($"Unable to find image '{registry.Address}/missing:latest' locally", result.Error, StringComparison.Ordinal);
        (await _daemon.CliAsync(client, "rmi", $"{registry.Address}/missing")).Expect();
    }

    [Theory, BothClients]
    public async Task What_is_not_there_says_so(string client)
    {
        await using LocalRegistry registry = await LocalRegistry.StartAsync();
        (await _daemon.CliAsync(client, "pull", $"{registry.Address}/nothing:here")).Expect(1)
            .Says($"manifest for {registry.Address}/nothing:here not found: manifest unknown");
        (await _daemon.CliAsync(client, "pull", "127.0.0.1:1/nobody")).Expect(1).Says("connection refused");
    }

    [Theory, BothClients]
    public async Task A_password_is_asked_for_kept_and_used(string client)
    {
        await using LocalRegistry registry = await LocalRegistry.StartAsync(withPassword: true);
        await registry.PublishAsync(_daemon, "busybox", "private:latest", "--dest-creds", $"{LocalRegistry.User}:{LocalRegistry.Password}");
        string name = $"{registry.Address}/private:latest";
        (await _daemon.CliAsync(client, "pull", name)).Expect(1);
        CommandResult wrong = await _daemon.CliWithInputAsync(
            client, "wrong", "login", "-u", LocalRegistry.User, "--password-stdin", registry.Address);
        Assert.NotEqual(0, wrong.ExitCode);
        (await _daemon.CliWithInputAsync(
            client, LocalRegistry.Password, "login", "-u", LocalRegistry.User, "--password-stdin", registry.Address)).Expect().Says("Login Succeeded");
        (await _daemon.CliAsync(client, "pull", name)).Expect();
        (await _daemon.CliAsync(client, "rmi", name)).Expect();
        (await _daemon.CliAsync(client, "logout", registry.Address)).Expect();
        (await _daemon.CliAsync(client, "pull", name)).Expect(1);
    }
}
