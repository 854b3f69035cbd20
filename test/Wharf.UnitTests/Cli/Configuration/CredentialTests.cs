using System.Text.Json.Nodes;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Configuration;
using Xunit;

namespace Wharf.UnitTests.Cli.Configuration;

/// <summary>Where credentials are kept: in config.json as Docker has it, or in a helper.</summary>
public sealed class CredentialTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-config-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string ConfigPath => Path.Combine(_directory, "config.json");

    private JsonNode Document => JsonNode.Parse(File.ReadAllBytes(ConfigPath))!;

    private ConfigFile Load(string? content = null)
    {
        if (content is not null)
        {
            File.WriteAllText(ConfigPath, content);
        }

        return ConfigFile.Load(_directory);
    }

    [Fact]
    public void Are_stored_as_docker_does_and_leave_everything_else()
    {
        Assert.True(Load("""{"psFormat":"x","plugins":{"a":{"b":"c"}},"auths":{"other":{"auth":"eDp5"}}}""")
            .Store("localhost:5000", new AuthConfig { Username = "ann", Password = "s:3" }));
        Assert.Equal("""{"psFormat":"x","plugins":{"a":{"b":"c"}},"auths":{"other":{"auth":"eDp5"},"localhost:5000":{"auth":"YW5uOnM6Mw=="}}}""", Document.ToJsonString());
        AuthConfig stored = Load().CredentialsFor("localhost:5000")!;
        Assert.Equal(("ann", "s:3"), (stored.Username, stored.Password));
    }

    [Fact]
    public void A_new_file_is_the_owners_only_and_an_old_one_keeps_its_mode_and_link()
    {
        Load().Store("a", new AuthConfig { Username = "x", Password = "y" });
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(ConfigPath));
        File.SetUnixFileMode(ConfigPath, OwnerOnly | UnixFileMode.GroupRead);
        string real = Path.Combine(_directory, "real.json");
        File.Move(ConfigPath, real);
        File.CreateSymbolicLink(ConfigPath, real);
        Load().Store("b", new AuthConfig { Username = "x", Password = "y" });
        Assert.Equal(real, new FileInfo(ConfigPath).LinkTarget);
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(real));
        Assert.NotNull(Load().CredentialsFor("a"));
    }

    [Fact]
    public void An_identity_token_stands_for_the_password()
    {
        Load().Store("a", new AuthConfig { Username = "ann", Password = "secret", IdentityToken = "token" });
        Assert.DoesNotContain("secret", File.ReadAllText(ConfigPath));
        Assert.Equal("token", Load().CredentialsFor("a")!.IdentityToken);
    }

    [Fact]
    public void Entries_by_address_are_found_and_go_with_logout()
    {
        ConfigFile config = Load("""{"auths":{"https://reg.example.org/v1/":{"auth":"eDp5"},"https://reg.example.org":{"auth":"eDp5"},"reg.example.com":{}}}""");
        Assert.Equal("x", config.CredentialsFor("reg.example.org")!.Username);
        config.Erase("reg.example.org");
        Assert.Equal("""{"auths":{"https://reg.example.org/v1/":{"auth":"eDp5"},"reg.example.com":{}}}""", Document.ToJsonString());
    }

    [Theory]
    [InlineData("credsStore")]
    [InlineData("credHelpers")]
    public void A_helper_is_asked_and_told(string kind)
    {
        string log = WriteHelper("""
            echo "$1" >>"$0.log"; cat >>"$0.log"; echo >>"$0.log"
            [ "$1" = get ] && echo '{"ServerURL":"reg","Username":"ann","Secret":"hidden"}'
            exit 0
            """);
        string helpers = kind == "credsStore" ? "\"credsStore\":\"test\"" : "\"credHelpers\":{\"reg\":\"test\"}";
        WithHelpers(() =>
        {
            ConfigFile config = Load($"{{{helpers}}}");
            Assert.False(config.Store("reg", new AuthConfig { Username = "ann", Password = "hidden" }));
            Assert.DoesNotContain("hidden", File.ReadAllText(ConfigPath));
            Assert.Equal(("ann", "hidden"), (config.CredentialsFor("reg")!.Username, config.CredentialsFor("reg")!.Password));
            config.Erase("reg");
        });
        Assert.Contains("store\n{\"ServerURL\":\"reg\",\"Username\":\"ann\",\"Secret\":\"hidden\"}\nget\nreg\n", File.ReadAllText(log));
        Assert.EndsWith("erase\nreg\n", File.ReadAllText(log));
    }

    [Fact]
    public void A_helper_without_credentials_is_no_failure()
    {
        WriteHelper("echo 'credentials not found in native keychain'; exit 1");
        WithHelpers(() =>
        {
            ConfigFile config = Load("""{"credsStore":"test"}""");
            Assert.Null(config.CredentialsFor("reg"));
            config.Erase("reg");
        });
    }

    [Fact]
    public void A_helpers_failures_are_told_as_docker_tells_them()
    {
        WriteHelper("echo 'keyring is locked'; exit 3");
        WithHelpers(() =>
        {
            ConfigFile config = Load("""{"credsStore":"test"}""");
            Assert.Equal(
                "error getting credentials - err: exit status 3, out: `keyring is locked`",
                Assert.Throws<CommandFailure>(() => config.CredentialsFor("reg")).Message);
            Assert.Equal(
                "error storing credentials - err: exit status 3, out: `keyring is locked`",
                Assert.Throws<CommandFailure>(() => config.Store("reg", new AuthConfig { Username = "x" })).Message);
            Assert.Equal(
                "error erasing credentials - err: exit status 3, out: `keyring is locked`",
                Assert.Throws<CommandFailure>(() => config.Erase("reg")).Message);
        });
        Assert.Equal(
            "error getting credentials - err: exec: \"docker-credential-absent\": executable file not found in $PATH, out: ``",
            Assert.Throws<CommandFailure>(() => Load("""{"credsStore":"absent"}""").CredentialsFor("reg")).Message);
    }

    [Fact]
    public void A_helper_that_talks_nonsense()
    {
        WriteHelper("echo nonsense");
        WithHelpers(() => Assert.StartsWith(
            "error getting credentials - err: ",
            Assert.Throws<CommandFailure>(() => Load("""{"credsStore":"test"}""").CredentialsFor("reg")).Message));
    }

    /// <returns>Where it writes down what it was asked, if it does.</returns>
    private string WriteHelper(string script)
    {
        string path = Path.Combine(_directory, "docker-credential-test");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.UserExecute);
        return path + ".log";
    }

    /// <summary>The helper is found by PATH, which is this process's: nobody else may look there meanwhile.</summary>
    private void WithHelpers(Action action)
    {
        string? path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{_directory}:{path}");
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}
