using Wharf.UnitTests.Cli.Harness;
using Xunit;

namespace Wharf.UnitTests.Cli.Commands;

/// <summary>Lists in the shapes of Docker's.</summary>
public sealed class ListTests
{
    private const string Containers = """
        [{"Id":"0123456789abcdef0123","Names":["/web","/other/alias"],"Image":"nginx","ImageID":"sha256:aaaa","Command":"nginx -g 'daemon off;' and more","Created":1,
          "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"0.0.0.0","PrivatePort":90,"PublicPort":90,"Type":"tcp"},
                   {"IP":"0.0.0.0","PrivatePort":91,"PublicPort":91,"Type":"tcp"},{"PrivatePort":443,"Type":"tcp"}],
          "Labels":{"a":"b"},"State":"running","Status":"Up 2 hours","NetworkSettings":{"Networks":{"bridge":{}}},"Mounts":[]},
         {"Id":"fedcba9876543210","Names":["/db"],"Image":"sha256:bbbbbbbbbbbbbbbbbb","ImageID":"sha256:bbbbbbbbbbbbbbbbbb","Command":"x","Created":1,"Ports":[],
          "Labels":{},"State":"exited","Status":"Exited (0) 3 days ago","NetworkSettings":{"Networks":{}},"Mounts":[]}]
        """;

    private const string Images = """
        [{"Id":"sha256:0123456789abcdef","RepoTags":["busybox:latest","busybox:1"],"RepoDigests":["busybox@sha256:dd"],"Created":1,"Size":4261550},
         {"Id":"sha256:ffffffffffffffff","RepoTags":[],"RepoDigests":[],"Created":1,"Size":1}]
        """;

    [Fact]
    public void Containers_in_a_table() => GoldenFile.Check("ps.txt", Aged(Run(Containers, "ps", "-a")));

    [Fact]
    public void Images_in_a_table() => GoldenFile.Check("images.txt", Aged(Run(Images, "images", "--digests")));

    [Theory]
    [InlineData("ps -q", "0123456789ab\nfedcba987654\n")]
    [InlineData("ps -q --no-trunc", "0123456789abcdef0123\nfedcba9876543210\n")]
    [InlineData("ps --format {{.Names}}={{.Label_\"a\"}}", "web=b\ndb=\n")]
    [InlineData("ps --format table_{{.Names}}\\t{{.State}}", "NAMES     STATE\nweb       running\ndb        exited\n")]
    public void Formats(string line, string expected) =>
        Assert.Equal(expected, Run(Containers, [.. line.Split(' ').Select(word => word.Replace('_', ' '))]));

    [Fact]
    public void Json_has_every_column_a_line() => Assert.Equal(
        "{\"Containers\":\"N/A\",\"CreatedAt\":\"1970-01-01 00:00:01 +0000 UTC\",\"CreatedSince\":\"AAA ages ago\",\"Digest\":\"<none>\",\"ID\":\"ffffffffffff\","
        + "\"Repository\":\"<none>\",\"SharedSize\":\"N/A\",\"Size\":\"1B\",\"Tag\":\"<none>\",\"UniqueSize\":\"N/A\"}",
        Aged(Run(Images, "images", "--format", "json").Split('\n')[2]));

    [Fact]
    public void Filters_are_gathered_by_name()
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json("[]"));
        engine.Run("ps", "-f", "label=a", "--filter", "label=b=c", "--filter=status=exited");
        Assert.Equal(
            "GET /containers/json?filters=" + Uri.EscapeDataString("{\"label\":[\"a\",\"b=c\"],\"status\":[\"exited\"]}"), engine.LineOf("json"));
    }

    [Fact]
    public void Inspect_prints_the_daemons_document_and_goes_on_after_a_miss()
    {
        using var engine = new ScriptedEngine((line, _) => line.EndsWith("/containers/web/json", StringComparison.Ordinal)
            ? ScriptedEngine.Json("{\"Id\":\"1\",\"New\":{\"Field\":[1,\"<&>\"]},\"E\":{},\"L\":[]}")
            : ScriptedEngine.Json("{\"message\":\"no\"}", "404 Not Found"));
        CommandRun run = engine.Run("inspect", "web", "nope");
        Assert.Equal(
            "[\n    {\n        \"Id\": \"1\",\n        \"New\": {\n            \"Field\": [\n                1,\n                \"<&>\"\n            ]\n        },\n"
            + "        \"E\": {},\n        \"L\": []\n    }\n]\n",
            run.Out);
        Assert.Equal((1, "Error: No such object: nope\n"), (run.ExitCode, run.Error));
    }

    private static string Run(string answer, params string[] words)
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json(answer));
        return engine.Run(words).Out;
    }

    /// <summary>How long ago 1970 was changes with the years.</summary>
    private static string Aged(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\\d\\d years ago", "AAA ages ago");
}
