using Wharf.Engine;
using Wharf.Engine.Builds.Context;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>ADD of repositories, and contexts from them, from a real server.</summary>
public sealed class GitSourceTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_branch_a_tag_a_commit_and_a_directory_can_be_added()
    {
        await using var server = new GitServer();
        string commit = server.Commit("app", "mkdir sub; echo top >top; echo in >sub/in; ln -s in sub/link; chmod +x top");
        foreach (string place in (string[])["", "#main", "#v1", "#" + commit])
        {
            Built all = await _rig.BuildAsync($"FROM scratch\nADD {server.Url("app")}{place} /src/");
            Assert.Equal(["src", "src/sub", "src/sub/in", "src/sub/link", "src/top"], _rig.FilesOf(all.Image, 0));
        }

        Built part = await _rig.BuildAsync($"FROM scratch\nADD {server.Url("app")}#v1:sub /");
        Assert.Equal(["in", "link"], _rig.FilesOf(part.Image, 0));
        Assert.Contains("nowhere", (await _rig.FailAsync($"FROM scratch\nADD {server.Url("app")}#nowhere /")).Message, StringComparison.Ordinal);
        Assert.Contains("unable to fetch", (await _rig.FailAsync($"FROM scratch\nADD {server.Url("app")}#v1:none /")).Message, StringComparison.Ordinal);
        _rig.AssertNothingLeft();
    }

    [Fact]
    public async Task The_repository_itself_is_kept_where_that_is_asked_for()
    {
        await using var server = new GitServer();
        string commit = server.Commit("app", "echo top >top");
        Built built = await _rig.BuildAsync($"FROM scratch\nADD --keep-git-dir {server.Url("app")} /src/");
        string[] files = _rig.Look(built.Image, root =>
        {
            string git = $"git -c safe.directory='*' -C {root}/src ";
            Assert.Equal(commit, GitServer.Shell(git + "rev-parse HEAD").Trim());
            Assert.Equal(server.Url("app"), GitServer.Shell(git + "remote get-url origin").Trim());
            return GitServer.Shell(git + "ls-files").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        });
        Assert.Equal(["top"], files);
    }

    [Fact]
    public async Task A_checksum_is_the_name_of_the_commit_or_its_beginning()
    {
        await using var server = new GitServer();
        string commit = server.Commit("app", "echo top >top");
        foreach (string checksum in (string[])[commit, commit[..8]])
        {
            await _rig.BuildAsync($"FROM scratch\nADD --checksum={checksum} {server.Url("app")}#main /");
        }

        WharfException other = await _rig.FailAsync($"FROM scratch\nADD --checksum=0123456789 {server.Url("app")} /");
        Assert.Contains($"expected checksum to match 0123456789, got {commit}", other.Message, StringComparison.Ordinal);
        Assert.Contains("it is the name of the commit", (await _rig.FailAsync($"FROM scratch\nADD --checksum=sha256:{new string('a', 64)} {server.Url("app")} /")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submodules_come_along_wherever_they_are_within_one_another()
    {
        await using var server = new GitServer();
        string inner = server.Commit("inner", "echo inner >inner");
        string outer = server.Commit("outer", Link("deep", "../inner.git", inner) + "echo outer >outer");
        server.Commit("app", Link("lib/outer", server.Url("outer"), outer) + "echo top >top");
        using StoredContext context = _rig.Engine.RemoteContexts.Fetch(server.Url("app"), "Dockerfile", CancellationToken.None);
        Assert.Equal(
            [".gitmodules", "lib", "lib/outer", "lib/outer/.gitmodules", "lib/outer/deep", "lib/outer/deep/inner", "lib/outer/outer", "top"],
            context.Entries.Select(entry => entry.Path));
        using StoredContext part = _rig.Engine.RemoteContexts.Fetch(server.Url("app") + "#main:lib/outer", "Dockerfile", CancellationToken.None);
        Assert.Equal([".gitmodules", "deep", "deep/inner", "outer"], part.Entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task A_submodule_that_lies_on_a_disk_or_behind_ssh_is_refused()
    {
        await using var server = new GitServer();
        string commit = server.Commit("inner", "echo inner >inner");
        server.Commit("file", Link("lib", "file:///etc", commit));
        server.Commit("ssh", Link("lib", "git@host:x.git", commit));
        server.Commit("lost", $"mkdir lib; git update-index --add --cacheinfo 160000,{commit},lib; echo x >x");
        foreach ((string name, string words) in ((string, string)[])[("file", "submodule lib is at file:///etc"), ("ssh", "submodule lib is at git@host:x.git")])
        {
            Assert.Contains(words, Assert.Throws<WharfException>(() => _rig.Engine.RemoteContexts.Fetch(server.Url(name), "Dockerfile", CancellationToken.None)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<WharfException>(() => _rig.Engine.RemoteContexts.Fetch(server.Url("lost"), "Dockerfile", CancellationToken.None));
    }

    [Fact]
    public async Task Credentials_of_the_address_are_used_for_its_server_and_told_nobody()
    {
        await using var server = new GitServer("me:s/e:cret");
        string inner = server.Commit("inner", "echo inner >inner");
        server.Commit("app", Link("lib", "../inner.git", inner) + "echo top >top");
        string url = $"http://me:s%2Fe%3Acret@{server.Host}/app.git";
        Built built = await _rig.BuildAsync($"FROM scratch\nADD {url} /");
        Assert.Equal([".gitmodules", "lib", "lib/inner", "top"], _rig.FilesOf(built.Image, 0));

        WharfException wrong = await _rig.FailAsync($"FROM scratch\nADD {url.Replace("cret", "xxx", StringComparison.Ordinal)} /");
        Assert.Contains("unable to fetch", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", wrong.Message.Split("----", 2)[0], StringComparison.Ordinal);
        await _rig.FailAsync($"FROM scratch\nADD {server.Url("app")} /");
    }

    /// <summary>A script that makes a submodule; fetched by nobody.</summary>
    private static string Link(string path, string url, string commit) => $"""
        git config -f .gitmodules submodule.{path}.path {path}
        git config -f .gitmodules submodule.{path}.url {url}
        mkdir -p {path}
        git update-index --add --cacheinfo 160000,{commit},{path}

        """;
}
