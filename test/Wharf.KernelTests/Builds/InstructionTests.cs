using System.Formats.Tar;
using System.IO.Compression;
using Wharf.Engine;
using Wharf.Linux.Files;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>What COPY, ADD, WORKDIR, USER and the others do to files.</summary>
public sealed class InstructionTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Copy_follows_Dockers_rules_about_destinations()
    {
        _rig.Write("one", "1", 0x1ed);
        _rig.Write("two", "2");
        _rig.Write("dir/in", "3");
        _rig.Write("dir/sub/deep", "4");
        File.CreateSymbolicLink(_rig.Files + "/link", "one");
        File.CreateSymbolicLink(_rig.Files + "/dir/inner", "in");
        Built built = await _rig.BuildAsync("""
            FROM busybox
            WORKDIR /work/here
            COPY one a
            COPY one b/
            COPY one tw? many/
            COPY dir /contents
            COPY dir/ link ./both/
            COPY . .
            """);
        _rig.Look(built.Image, root =>
        {
            Assert.Equal("1", File.ReadAllText(root + "/work/here/a"));
            Assert.Equal(0x1edu, FileStatus.Of(root + "/work/here/a").Permissions);
            Assert.Equal("1", File.ReadAllText(root + "/work/here/b/one"));
            Assert.Equal("2", File.ReadAllText(root + "/work/here/many/two"));
            Assert.Equal("3", File.ReadAllText(root + "/contents/in"));
            Assert.Equal("4", File.ReadAllText(root + "/contents/sub/deep"));
            Assert.Equal("in", new FileInfo(root + "/contents/inner").LinkTarget);
            Assert.Equal("1", File.ReadAllText(root + "/work/here/both/link"));
            Assert.Null(new FileInfo(root + "/work/here/both/link").LinkTarget);
            Assert.Equal("one", new FileInfo(root + "/work/here/link").LinkTarget);
            Assert.Equal("4", File.ReadAllText(root + "/work/here/dir/sub/deep"));
            return 0;
        });
    }

    [Fact]
    public async Task Copy_sets_owner_and_mode()
    {
        _rig.Write("dir/file", "x", 0x1a4);
        Built built = await _rig.BuildAsync("""
            FROM busybox
            COPY --chown=worker dir /named
            COPY --chown=7:other dir /numbered
            COPY --chown=55 dir /number
            COPY --chmod=0600 dir/file /octal
            COPY --chmod=u+x,g=,o-r dir /symbolic
            """);
        _rig.Look(built.Image, root =>
        {
            Assert.Equal((1000u, 1001u), Owner("/named/file"));
            Assert.Equal((1000u, 1001u), Owner("/named"));
            Assert.Equal((7u, 2000u), Owner("/numbered/file"));
            Assert.Equal((55u, 55u), Owner("/number/file"));
            Assert.Equal(0x180u, FileStatus.Of(root + "/octal").Permissions);
            Assert.Equal(0x1c0u, FileStatus.Of(root + "/symbolic/file").Permissions);
            return 0;

            (uint, uint) Owner(string path) => (FileStatus.Of(root + path).Uid, FileStatus.Of(root + path).Gid);
        });
    }

    [Fact]
    public async Task Copy_keeps_times_and_follows_links_of_the_image_inside_it_only()
    {
        _rig.Write("file", "x");
        File.SetLastWriteTimeUtc(_rig.Files + "/file", new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Built built = await _rig.BuildAsync("""
            FROM busybox
            RUN mkdir -p /real && ln -s /real /var && ln -s ../../../../etc /out
            COPY file /var/new/
            COPY file /out/escaped
            """);
        _rig.Look(built.Image, root =>
        {
            Assert.Equal("/real", new FileInfo(root + "/var").LinkTarget);
            Assert.Equal("x", File.ReadAllText(root + "/real/new/file"));
            Assert.Equal("x", File.ReadAllText(root + "/etc/escaped"));
            Assert.Equal(2001, File.GetLastWriteTimeUtc(root + "/real/new/file").Year);
            return 0;
        });
        Assert.False(File.Exists("/etc/escaped"));
    }

    [Fact]
    public async Task Copy_from_stages_and_images_keeps_owners_and_hard_links()
    {
        Built built = await _rig.BuildAsync("""
            FROM busybox AS made
            RUN mkdir /out && echo a > /out/a && ln /out/a /out/b && chown -R 12:34 /out && chmod 4755 /out/a
            FROM scratch
            COPY --from=made /out /copy
            COPY --from=0 /out/a /one
            COPY --from=busybox /etc/group /group
            """);
        _rig.Look(built.Image, root =>
        {
            FileStatus a = FileStatus.Of(root + "/copy/a");
            Assert.Equal((12u, 34u, 2u, 0x9edu), (a.Uid, a.Gid, a.Links, a.Permissions));
            Assert.Equal(FileStatus.Of(root + "/copy/b").Inode, a.Inode);
            Assert.Equal("a\n", File.ReadAllText(root + "/one"));
            Assert.StartsWith("root:x:0:", File.ReadAllText(root + "/group"), StringComparison.Ordinal);
            return 0;
        });
    }

    [Fact]
    public async Task Copy_with_link_parents_and_exclude()
    {
        _rig.Write("a/b/c.txt", "c");
        _rig.Write("a/b/skip.md", "md");
        _rig.Write("x/y/z.txt", "z");
        const string Dockerfile = """
            # syntax=docker/dockerfile:1
            FROM busybox
            ARG V=1
            RUN echo $V > /v
            COPY --link a /linked
            COPY --parents a/b/c.txt x/./y/z.txt /p/
            COPY --exclude=**/*.md a /most
            """;
        Built built = await _rig.BuildAsync(Dockerfile);
        _rig.Look(built.Image, root =>
        {
            Assert.Equal("c", File.ReadAllText(root + "/linked/b/c.txt"));
            Assert.Equal("c", File.ReadAllText(root + "/p/a/b/c.txt"));
            Assert.Equal("z", File.ReadAllText(root + "/p/y/z.txt"));
            Assert.True(File.Exists(root + "/most/b/c.txt"));
            Assert.False(File.Exists(root + "/most/b/skip.md"));
            return 0;
        });
        Built other = await _rig.BuildAsync(Dockerfile, request => request with { BuildArgs = new Dictionary<string, string?> { ["V"] = "2" } });
        Assert.DoesNotContain("COPY --link a /linked", other.Ran);
        Assert.Contains(other.Ran, step => step.StartsWith("RUN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("COPY missing /x", "COPY failed: file not found in build context or excluded by .dockerignore: stat missing: file does not exist")]
    [InlineData("COPY ../out /x", "COPY failed: forbidden path outside the build context: ../out ()")]
    [InlineData("COPY none* /x/", "COPY failed: no source files were specified")]
    [InlineData("COPY --from=busybox /nope /x", "COPY failed: stat /nope: file does not exist")]
    [InlineData("COPY dir /etc/passwd", "cannot copy to non-directory: /etc/passwd")]
    public async Task Copy_that_cannot_be_done_says_so(string instruction, string message)
    {
        _rig.Write("dir/file", "x");
        WharfException failure = await _rig.FailAsync("FROM busybox\n" + instruction);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        _rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Heredocs_are_files_and_scripts()
    {
        Built built = await _rig.BuildAsync("""
            FROM busybox
            ARG WHO=world
            COPY <<EOF /text
            hello $WHO
            EOF
            COPY <<"ONE" <<TWO /d/
            $WHO
            ONE
            2
            TWO
            RUN <<EOF
            echo script > /ran
            cat /text >> /ran
            EOF
            RUN <<EOF
            #!/bin/cat
            not a shell
            EOF
            RUN cat <<EOF > /redirected
            piped
            EOF
            """);
        Assert.Equal("hello world\n", _rig.Read(built.Image, "text"));
        Assert.Equal("$WHO\n", _rig.Read(built.Image, "d/ONE"));
        Assert.Equal("2\n", _rig.Read(built.Image, "d/TWO"));
        Assert.Equal("script\nhello world\n", _rig.Read(built.Image, "ran"));
        Assert.Equal("piped\n", _rig.Read(built.Image, "redirected"));
        Assert.Contains("not a shell", built.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_unpacks_archives_and_copies_everything_else()
    {
        _rig.Write("plain.tar.gz", "not an archive at all");
        await MakeArchiveAsync(_rig.Files + "/real.bin");
        Built built = await _rig.BuildAsync("""
            FROM busybox
            ADD real.bin /unpacked/
            ADD plain.tar.gz /kept/
            COPY real.bin /copied
            """);
        Assert.Equal("inside", _rig.Read(built.Image, "unpacked/dir/file"));
        Assert.Equal("not an archive at all", _rig.Read(built.Image, "kept/plain.tar.gz"));
        Assert.True(_rig.Look(built.Image, root => File.Exists(root + "/copied")));
    }

    [Fact]
    public async Task Run_has_user_directory_variables_and_shell()
    {
        Built built = await _rig.BuildAsync("""
            FROM busybox
            ENV A=1
            ARG B=2
            WORKDIR /srv/app
            RUN echo $A $B $FROM_BASE $(pwd) > /out && chmod 777 /srv/app
            USER worker
            RUN echo $(id -u):$(id -g) $HOME > me
            SHELL ["/bin/busybox", "sh", "-ec"]
            USER root
            RUN false; echo not reached || true
            """.Replace("RUN false; echo not reached || true", "RUN echo $0 > /shell"));
        Assert.Equal("1 2 yes /srv/app\n", _rig.Read(built.Image, "out"));
        Assert.Equal("1000:1001 /home/worker\n", _rig.Read(built.Image, "srv/app/me"));
        Assert.Equal("/srv/app", built.Image.Config.Config!.WorkingDir);
    }

    [Fact]
    public async Task Run_leaves_nothing_of_the_engines_own_in_the_layer()
    {
        Built built = await _rig.BuildAsync("""
            FROM busybox
            RUN cat /etc/hosts /etc/resolv.conf /etc/hostname /proc/self/status > /dev/null && touch /only
            RUN --mount=type=cache,target=/root/.cache touch /root/.cache/x /two
            """);
        Assert.Equal(["only"], _rig.FilesOf(built.Image, 1));
        Assert.Equal(["two"], _rig.FilesOf(built.Image, 2));
    }

    [Fact]
    public async Task Run_deletes_what_layers_below_have()
    {
        Built built = await _rig.BuildAsync("FROM busybox\nRUN rm -r /usr && mkdir /usr && echo x > /usr/new");
        Assert.Equal(["new"], _rig.Look(built.Image, root => Directory.GetFileSystemEntries(root + "/usr").Select(Path.GetFileName).ToArray()));
    }

    [Fact]
    public async Task Onbuild_triggers_run_in_the_next_build()
    {
        Built parent = await _rig.BuildAsync(
            "FROM busybox\nONBUILD RUN echo triggered > /trigger\nONBUILD ENV T=1",
            request => request with { Tags = [Oci.ImageReference.Parse("parent")] });
        Assert.Equal(["RUN echo triggered > /trigger", "ENV T=1"], parent.Image.Config.Config!.OnBuild!);
        Built child = await _rig.BuildAsync("FROM parent\nRUN test -f /trigger");
        Assert.Equal("triggered\n", _rig.Read(child.Image, "trigger"));
        Assert.Null(child.Image.Config.Config!.OnBuild);
        Assert.Contains("T=1", child.Image.Config.Config.Env!);
    }

    [Fact]
    public async Task Squash_makes_one_layer_of_the_new_ones()
    {
        Built built = await _rig.BuildAsync(
            "FROM busybox\nRUN echo 1 > /a && echo 1 > /b\nRUN rm /a /etc/group && echo 2 > /b\nRUN rm -r /tmp && mkdir /tmp && touch /tmp/t",
            request => request with { Squash = true });
        Assert.Equal(2, built.Image.Layers.Count);
        _rig.Look(built.Image, root =>
        {
            Assert.False(File.Exists(root + "/a"));
            Assert.False(File.Exists(root + "/etc/group"));
            Assert.Equal("2\n", File.ReadAllText(root + "/b"));
            Assert.Equal(["t"], Directory.GetFileSystemEntries(root + "/tmp").Select(Path.GetFileName));
            return 0;
        });
    }

    private static async Task MakeArchiveAsync(string path)
    {
        await using FileStream file = File.Create(path);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await using var writer = new TarWriter(gzip);
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "dir/"));
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "dir/file") { DataStream = new MemoryStream("inside"u8.ToArray()) });
    }
}
