using System.Text;
using Wharf.Engine;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>RUN --mount, --network and what else surrounds a program.</summary>
public sealed class MountTests : IAsyncLifetime
{
    private BuildRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BuildRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_cache_stays_from_run_to_run()
    {
        await _rig.BuildAsync("FROM busybox\nRUN --mount=type=cache,target=/c,uid=5,mode=0700 echo 1 >> /c/log; stat -c '%u %a' /c > /stat");
        Built second = await _rig.BuildAsync("FROM busybox\nRUN --mount=type=cache,target=/c echo 2 >> /c/log; cp /c/log /seen");
        Assert.Equal("1\n2\n", _rig.Read(second.Image, "seen"));
        Built other = await _rig.BuildAsync("FROM busybox\nRUN --mount=type=cache,target=/c,id=other ls /c > /seen");
        Assert.Equal("", _rig.Read(other.Image, "seen"));
        Assert.Equal(2, _rig.Builds.Usage().Count(record => record.Type == "exec.cachemount"));
    }

    [Fact]
    public async Task A_cache_can_begin_with_what_a_stage_has()
    {
        Built built = await _rig.BuildAsync("""
            FROM busybox AS seed
            RUN mkdir /seed && echo grown > /seed/file
            FROM busybox
            RUN --mount=type=cache,target=/c,from=seed,source=/seed cat /c/file > /seen
            """);
        Assert.Equal("grown\n", _rig.Read(built.Image, "seen"));
    }

    [Fact]
    public async Task A_bind_shows_files_and_forgets_writes()
    {
        _rig.Write("src/main", "code");
        _rig.Write("unrelated", "1");
        const string Dockerfile = """
            FROM busybox AS tools
            RUN echo tool > /tool
            FROM busybox
            RUN --mount=target=/src,source=src ! touch /src/x && cat /src/main > /a
            RUN --mount=type=bind,target=/src,source=src,rw touch /src/new && ls /src > /b
            RUN --mount=type=bind,from=tools,target=/tools cat /tools/tool > /c
            """;
        Built built = await _rig.BuildAsync(Dockerfile);
        Assert.Equal("code", _rig.Read(built.Image, "a"));
        Assert.Equal("main\nnew\n", _rig.Read(built.Image, "b"));
        Assert.Equal("tool\n", _rig.Read(built.Image, "c"));
        Assert.False(File.Exists(_rig.Files + "/src/new"));
        _rig.Write("unrelated", "2");
        Assert.Empty((await _rig.BuildAsync(Dockerfile)).Ran);
        _rig.Write("src/main", "changed");
        Assert.Contains((await _rig.BuildAsync(Dockerfile)).Ran, step => step.Contains("/src/main", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_and_tmpfs_leave_no_trace()
    {
        Built built = await _rig.BuildAsync(
            """
            FROM busybox
            RUN --mount=type=secret,id=s,mode=0440,uid=3 stat -c '%u %a' /run/secrets/s > /stat && cat /run/secrets/s | wc -c > /length
            RUN --mount=type=secret,id=s,env=TOKEN test "$TOKEN" = "hush hush" && ! env | grep -q nothing
            RUN --mount=type=secret,id=absent test ! -e /run/secrets/absent
            RUN --mount=type=tmpfs,target=/t,size=1m touch /t/x && grep ' /t ' /proc/mounts > /mounts
            """,
            request => request with { Secrets = new Dictionary<string, ReadOnlyMemory<byte>> { ["s"] = Encoding.UTF8.GetBytes("hush hush") } });
        Assert.Equal("3 440\n", _rig.Read(built.Image, "stat"));
        Assert.Equal("9\n", _rig.Read(built.Image, "length"));
        Assert.Contains("size=1024k", _rig.Read(built.Image, "mounts"), StringComparison.Ordinal);
        Assert.Equal(["length", "stat"], _rig.FilesOf(built.Image, 1));
        Assert.Equal(["mounts"], _rig.FilesOf(built.Image, 4));
        WharfException failure = await _rig.FailAsync("FROM busybox\nRUN --mount=type=secret,id=gone,required=true true");
        Assert.Contains("secret gone: not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Networks_are_the_builds_own_none_or_the_hosts()
    {
        Built built = await _rig.BuildAsync(
            """
            FROM busybox
            RUN ip addr show eth0 | grep -q 'inet ' && grep -q 'added' /etc/hosts
            RUN --network=none ! ip addr show eth0
            RUN --network=host readlink /proc/self/ns/net > /host
            """,
            request => request with { ExtraHosts = ["added:10.1.2.3"] });
        Assert.Equal(File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name ?? "", _rig.Read(built.Image, "host").TrimEnd('\n'));
    }

    [Fact]
    public async Task A_program_is_held_back_as_in_a_container()
    {
        Built built = await _rig.BuildAsync(
            """
            FROM busybox
            RUN grep -E 'CapEff|Seccomp:' /proc/self/status > /status; ! touch /proc/sys/x; ! mount -t tmpfs x /tmp
            RUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes > /limit || cat /sys/fs/cgroup/memory.max > /limit
            """,
            request => request with { Limits = new Engine.Containers.ResourceLimits { Memory = 64 << 20 } });
        Assert.Contains("CapEff:\t00000000a80425fb", _rig.Read(built.Image, "status"), StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", _rig.Read(built.Image, "status"), StringComparison.Ordinal);
        Assert.Equal("67108864\n", _rig.Read(built.Image, "limit"));
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_in_Dockers_words()
    {
        WharfException failure = await _rig.FailAsync("FROM busybox\nRUN [\"nothing-like-it\"]");
        Assert.Contains("exec: \"nothing-like-it\": executable file not found in $PATH", failure.Message, StringComparison.Ordinal);
        _rig.AssertNothingLeft();
    }
}
