using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary><c>POST /build</c> on the wire: its parameters, its lines, and contexts that the daemon fetches itself.</summary>
public sealed class BuildEndpointTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Fact]
    public async Task Lines_are_those_of_the_classic_builder()
    {
        (HttpStatusCode status, List<JsonElement> lines) = await BuildAsync("?t=wire:one&t=wire:two&nocache=1", "FROM busybox\nRUN echo out\n");
        Assert.Equal(HttpStatusCode.OK, status);
        string text = Text(lines);
        string id = lines.Single(line => line.TryGetProperty("aux", out _)).GetProperty("aux").GetProperty("ID").GetString()!;
        Assert.Matches(
            $"""^Step 1/2 : FROM busybox\n ---> [0-9a-f]+\nStep 2/2 : RUN echo out\n ---> Running in ([0-9a-f]+)\nout\nRemoving intermediate container \1\n ---> {id[7..19]}\nSuccessfully built {id[7..19]}\nSuccessfully tagged wire:one\nSuccessfully tagged wire:two\n$""",
            text);

        (_, lines) = await BuildAsync("?q=1", "FROM busybox\nRUN echo out\n");
        Assert.Equal($"{id}\n", Text(lines));
        (_, lines) = await BuildAsync("", "FROM busybox\nRUN echo out\n");
        Assert.Contains(" ---> Using cache\n", Text(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_the_last_line_with_the_code()
    {
        (_, List<JsonElement> lines) = await BuildAsync("", "FROM busybox\nRUN exit 9\n");
        JsonElement last = lines[^1];
        Assert.Equal(9, last.GetProperty("errorDetail").GetProperty("code").GetInt32());
        Assert.Equal("The command '/bin/sh -c exit 9' returned a non-zero code: 9", last.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("?version=2", HttpStatusCode.NotImplemented, "set DOCKER_BUILDKIT=0, or build with 'wharf build'")]
    [InlineData("?version=3", HttpStatusCode.BadRequest, "invalid version specified: 3")]
    [InlineData("?outputs=[{}]", HttpStatusCode.NotImplemented, "outputs other than an image")]
    [InlineData("?buildargs={", HttpStatusCode.BadRequest, "error reading buildargs")]
    [InlineData("?labels=[]", HttpStatusCode.BadRequest, "error reading labels")]
    [InlineData("?ulimits=x", HttpStatusCode.BadRequest, "error reading ulimits")]
    [InlineData("?cachefrom={}", HttpStatusCode.BadRequest, "error reading cachefrom")]
    [InlineData("?memory=lots", HttpStatusCode.BadRequest, "invalid syntax")]
    [InlineData("?shmsize=-1", HttpStatusCode.BadRequest, "shmsize must not be negative")]
    [InlineData("?t=UPPER", HttpStatusCode.BadRequest, "must be lowercase")]
    [InlineData("?platform=a/b/c/d", HttpStatusCode.BadRequest, "")]
    [InlineData("?securityopt=[\"x\"]", HttpStatusCode.BadRequest, "does not support setting security options on build")]
    [InlineData("?dockerfile=Nowhere", HttpStatusCode.BadRequest, "Cannot locate specified Dockerfile: Nowhere")]
    [InlineData("?dockerfile=../../etc/passwd", HttpStatusCode.BadRequest, "Cannot locate specified Dockerfile")]
    [InlineData("?target=nothere", HttpStatusCode.BadRequest, "nothere")]
    [InlineData("?remote=file:///etc/passwd", HttpStatusCode.BadRequest, "neither a git repository nor an http")]
    [InlineData("?remote=ssh://git@host/x.git", HttpStatusCode.BadRequest, "not fetched by ssh")]
    [InlineData("?remote=https://host/x.git%23--upload-pack=x", HttpStatusCode.BadRequest, "invalid git reference")]
    public async Task A_parameter_that_is_wrong_is_refused(string query, HttpStatusCode expected, string words)
    {
        (HttpStatusCode status, List<JsonElement> answer) = await BuildAsync(query, "FROM busybox\n");
        Assert.Equal(expected, status);
        Assert.Contains(words, answer[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_archive_is_refused()
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(new string('x', 2000)));
        using HttpResponseMessage response = await _daemon.Http.PostAsync(new Uri("/build", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_context_comes_from_git_and_from_http()
    {
        string site = Directory.CreateDirectory(Path.Combine(_daemon.Scratch, $"site-{Guid.NewGuid():N}")).FullName;
        string work = Path.Combine(site, "work");
        await ShellAsync($"""
            set -e
            export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=/nonexistent
            git init -q -b main {work} && cd {work} && mkdir sub
            printf 'FROM busybox\nCOPY . /c\nRUN cat /c/file\n' > sub/Dockerfile
            echo from git > sub/file && echo 'file export-ignore' > .gitattributes
            git add . && git -c user.name=n -c user.email=e commit -q -m one && git tag v1
            git clone -q --bare {work} {site}/repo.git && cd {site}/repo.git && git update-server-info
            tar -C {work}/sub -czf {site}/context.tar.gz . && printf 'FROM busybox\nRUN echo a single file\n' > {site}/Single
            """);
        using var server = new StaticSite(site);

        (_, List<JsonElement> lines) = await BuildAsync($"?nocache=1&remote={server.Address}/repo.git%23v1:sub", null);
        Assert.Contains("from git\n", Text(lines), StringComparison.Ordinal);
        (await _daemon.WharfAsync("build", "--no-cache", $"{server.Address}/repo.git#main:sub")).Expect().Says("from git");
        (await _daemon.WharfAsync("build", $"{server.Address}/repo.git#nowhere")).Expect(1).Says("unable to fetch");
        (await _daemon.WharfAsync("build", "--no-cache", $"{server.Address}/context.tar.gz")).Expect().Says("from git");
        (_, lines) = await BuildAsync($"?nocache=1&remote={server.Address}/Single", null);
        Assert.Contains("a single file\n", Text(lines), StringComparison.Ordinal);
        (await _daemon.WharfAsync("build", $"{server.Address}/missing.tar")).Expect(1).Says("404");
    }

    private static async Task ShellAsync(string script) => (await Command.RunAsync("sh", ["-c", script])).Expect();

    private static string Text(IEnumerable<JsonElement> lines) =>
        string.Concat(lines.Select(line => line.TryGetProperty("stream", out JsonElement text) ? text.GetString() : ""));

    private async Task<(HttpStatusCode Status, List<JsonElement> Lines)> BuildAsync(string query, string? dockerfile)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile ?? "")) });
        }

        using var body = new ByteArrayContent(dockerfile is null ? [] : archive.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using HttpResponseMessage response = await _daemon.Http.PostAsync(new Uri("/build" + query, UriKind.Relative), body);
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => JsonDocument.Parse(line).RootElement)]);
    }
}
