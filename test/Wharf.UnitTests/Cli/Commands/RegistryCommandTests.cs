using Wharf.UnitTests.Cli.Harness;
using Xunit;

namespace Wharf.UnitTests.Cli.Commands;

/// <summary>push, search and login: what they ask of the engine and print.</summary>
public sealed class RegistryCommandTests
{
    private const string Pushed = """
        {"status":"The push refers to repository [docker.io/ann/app]"}
        {"status":"Preparing","progressDetail":{},"id":"0123456789ab"}
        {"status":"Pushing","progressDetail":{"current":5,"total":10},"progress":"[==>]","id":"0123456789ab"}
        {"status":"Pushed","progressDetail":{},"id":"0123456789ab"}
        {"status":"latest: digest: sha256:aa size: 405"}
        {"progressDetail":{},"aux":{"Tag":"latest","Digest":"sha256:aa","Size":405}}
        """;

    private const string Found = """
        [{"name":"nginx","description":"Official build of Nginx,\nthe web server that everybody knows","star_count":20000,"is_official":true,"is_automated":false},
         {"name":"ann/nginx","description":"Mine","star_count":3,"is_official":false,"is_automated":false}]
        """;

    private static string Line(string line, string answer, out CommandRun run)
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json(answer));
        run = engine.Run(line.Split(' '));
        return engine.Requests.IsEmpty ? "" : engine.Requests.Last().Line;
    }

    [Fact]
    public void Push_says_what_the_engine_says()
    {
        Assert.EndsWith("/images/ann%2Fapp/push?tag=latest", Line("push ann/app", Pushed, out CommandRun run));
        Assert.Equal(
            "Using default tag: latest\nThe push refers to repository [docker.io/ann/app]\n0123456789ab: Preparing\n0123456789ab: Pushed\nlatest: digest: sha256:aa size: 405\n",
            run.Out);
    }

    [Theory]
    [InlineData("push -q ann/app", "?tag=latest", "docker.io/ann/app:latest\n")]
    [InlineData("push -q ann/app:2", "?tag=2", "docker.io/ann/app:2\n")]
    [InlineData("push -q -a ann/app", "/push", "docker.io/ann/app\n")]
    [InlineData("push -q --platform linux/arm64 ann/app:2", "?tag=2&platform=%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22arm64%22%7D", "docker.io/ann/app:2\n")]
    public void Push_quietly(string line, string request, string output)
    {
        string asked = Line(line, Pushed, out CommandRun run);
        Assert.EndsWith(request, asked);
        Assert.Equal(output, run.Out);
    }

    [Theory]
    [InlineData("push -a ann/app:1", "tag can't be used with --all-tags/-a\n")]
    [InlineData("push ann/app@sha256:aa", "cannot push a digest reference\n")]
    [InlineData("login -u ann -p x --password-stdin reg", "conflicting options: cannot specify both --password and --password-stdin\n")]
    [InlineData("login --password-stdin reg", "the --password-stdin option requires --username to be set\n")]
    [InlineData("login reg", "Error: Cannot perform an interactive login from a non TTY device\n")]
    public void What_is_wrong_before_anything_is_asked(string line, string message)
    {
        Assert.Equal("", Line(line, "{}", out CommandRun run));
        Assert.Equal((1, message), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Push_fails_with_the_last_line()
    {
        Line("push ann/app:1", """{"errorDetail":{"message":"denied: requested access to the resource is denied"},"error":"denied: requested access to the resource is denied"}""", out CommandRun run);
        Assert.Equal((1, "denied: requested access to the resource is denied\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Search_in_a_table()
    {
        string asked = Line("search --filter stars=3 --filter is-official=true --limit 10 nginx", Found, out CommandRun run);
        Assert.Contains("/images/search?term=nginx&limit=10&filters=", asked);
        Assert.Equal(
            """
            NAME        DESCRIPTION                                     STARS     OFFICIAL
            nginx       Official build of Nginx, the web server that…   20000     [OK]
            ann/nginx   Mine                                            3         

            """,
            run.Out);
    }

    [Theory]
    [InlineData("search --no-trunc --format {{.Description}} nginx", "Official build of Nginx, the web server that everybody knows\nMine\n")]
    [InlineData("search --format {{.Name}}:{{.StarCount}} nginx", "nginx:20000\nann/nginx:3\n")]
    public void Search_in_other_formats(string line, string output)
    {
        Line(line, Found, out CommandRun run);
        Assert.Equal(output, run.Out);
    }

    [Fact]
    public void Login_tries_what_it_has_first()
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json("""{"Status":"Login Succeeded","IdentityToken":""}"""));
        Assert.Equal(0, engine.Run("login", "-u", "ann", "-p", "secret", "reg.example.org").ExitCode);
        CommandRun again = engine.Run("login", "reg.example.org");
        Assert.Equal("Login Succeeded\n", again.Out);
        Assert.StartsWith("Authenticating with existing credentials... [Username: ann]\n", again.Error);
        Assert.Contains("\"password\":\"secret\"", engine.Requests.Last().Body);
    }
}
