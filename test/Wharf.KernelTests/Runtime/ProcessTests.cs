using System.Text.Json.Nodes;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>config.md, "Process": who the program is and what it may do.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly OciBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Fact]
    public void Ids_and_groups_are_taken_on()
    {
        _bundle.Process["user"] = new JsonObject { ["uid"] = 1001, ["gid"] = 1002, ["additionalGids"] = new JsonArray(5, 6), ["umask"] = 0x3f };
        Assert.Equal(["1001", "1002"], _bundle.Shell("id -u; id -g").Split('\n'));
        Assert.Equal("5 6", Field("Groups"));
        Assert.Equal("0077", _bundle.Shell("umask"));
    }

    [Fact]
    public void Of_the_groups_of_the_caller_none_is_kept() => Assert.Equal("", Field("Groups"));

    [Fact]
    public void Capabilities_are_those_asked_for()
    {
        Assert.Equal("00000000080000e3", Field("CapBnd"));
        Assert.Equal("00000000080000e3", Field("CapEff"));
        Assert.Equal("0000000000000000", Field("CapAmb"));
    }

    [Fact]
    public void Ambient_capabilities_reach_a_user_that_is_not_root()
    {
        JsonArray kill() => new("CAP_KILL");
        _bundle.Process["capabilities"] = new JsonObject { ["bounding"] = kill(), ["effective"] = kill(), ["permitted"] = kill(), ["inheritable"] = kill(), ["ambient"] = kill() };
        _bundle.Process["user"] = new JsonObject { ["uid"] = 1001, ["gid"] = 1002 };
        Assert.Equal("0000000000000020", Field("CapEff"));
        Assert.Equal("0000000000000020", Field("CapAmb"));
    }

    [Fact]
    public void Without_ambient_capabilities_such_a_user_has_none()
    {
        _bundle.Process["user"] = new JsonObject { ["uid"] = 1001, ["gid"] = 1002 };
        Assert.Equal("0000000000000000", Field("CapEff"));
        Assert.Equal("0000000000000000", Field("CapPrm"));
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "0")]
    public void No_new_privileges_is_set_on_demand(bool wanted, string expected)
    {
        _bundle.Process["noNewPrivileges"] = wanted;
        Assert.Equal(expected, Field("NoNewPrivs"));
    }

    [Fact]
    public void Limits_are_set()
    {
        _bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 77, ["hard"] = 88 }, new JsonObject { ["type"] = "RLIMIT_CORE", ["soft"] = 0, ["hard"] = 0 });
        Assert.Equal("77\n88\n0", _bundle.Shell("ulimit -Sn; ulimit -Hn; ulimit -c"));
    }

    [Fact]
    public void Host_name_and_environment_are_the_configurations()
    {
        _bundle.Config["domainname"] = "example.test";
        _bundle.Process["env"] = new JsonArray("PATH=/bin", "A=1=2");
        Assert.Equal("inside\nexample.test\n1=2\n/root", _bundle.Shell("hostname; cat /proc/sys/kernel/domainname; echo $A; echo $HOME"));
    }

    [Fact]
    public void No_signal_is_blocked_or_ignored()
    {
        Assert.Equal("0000000000000000", Field("SigBlk"));
        Assert.Equal("0000000000000000", Field("SigIgn"));
    }

    [Fact]
    public void Nothing_but_the_standard_streams_is_open() => Assert.Equal("0\n1\n2", string.Join('\n', _bundle.Shell("ls /proc/self/fd").Split('\n')[..3]));

    [Fact]
    public void Sysctls_of_the_containers_namespaces_are_set()
    {
        _bundle.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmax"] = "12345678", ["fs.mqueue.msg_max"] = "17" };
        Assert.Equal("1\n12345678\n17", _bundle.Shell("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax /proc/sys/fs/mqueue/msg_max"));
    }

    [Theory]
    [InlineData("kernel.pid_max", "40000")]
    [InlineData("kernel.core_pattern", "|/tmp/x")]
    public void Sysctls_of_the_machine_are_refused(string name, string value)
    {
        string before = File.ReadAllText("/proc/sys/" + name.Replace('.', '/'));
        _bundle.Linux["sysctl"] = new JsonObject { [name] = value };
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains(name, outcome.Error);
        Assert.Equal(before, File.ReadAllText("/proc/sys/" + name.Replace('.', '/')));
    }

    [Fact]
    public void A_host_name_needs_a_namespace()
    {
        _bundle.Namespaces("pid", "mount", "ipc", "network");
        Assert.NotEqual(0, _bundle.RunShell("true").Code);
        Assert.NotEqual("inside", Environment.MachineName);
    }

    [Fact]
    public void Namespaces_are_joined_by_path()
    {
        _bundle.Start("sleep 60");
        int pid = (int)_bundle.State()["pid"]!;
        using var other = new OciBundle();
        foreach ((string type, string file) in new[] { ("network", "net"), ("ipc", "ipc"), ("pid", "pid"), ("uts", "uts") })
        {
            other.JoinNamespace(type, $"/proc/{pid}/ns/{file}");
        }

        string Links(string of) => string.Join('\n', new[] { "net", "ipc", "pid", "uts" }.Select(kind => File.ResolveLinkTarget($"/proc/{of}/ns/{kind}", false)?.Name));
        Assert.Equal(Links(pid.ToString()), string.Join('\n', other.Shell("for kind in net ipc pid uts; do readlink /proc/self/ns/$kind; done").Split('\n')));
    }

    [Fact]
    public void A_user_namespace_has_its_mappings()
    {
        _bundle.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        foreach (string field in new[] { "uidMappings", "gidMappings" })
        {
            _bundle.Linux[field] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = 100000, ["size"] = 65536 });
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(_bundle.Rootfs).Prepend(_bundle.Rootfs).Append(_bundle.Rootfs + "/bin/busybox"))
        {
            Chown(entry, 100000);
        }

        Assert.Equal("0 100000 65536", string.Join(' ', _bundle.Shell("cat /proc/self/uid_map").Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("uid=0 gid=0", _bundle.Shell("id").Split(" groups", 2)[0]);
        Assert.Equal("inside", _bundle.Shell("echo x > /dev/null && echo y > /etc/file && hostname"));
        _bundle.Start("sleep 60");
        Assert.Equal("0", _bundle.Command("exec", _bundle.Id, "/bin/id", "-u").Succeeded());
        Assert.Equal("7", _bundle.Command("exec", "--user", "7:8", _bundle.Id, "/bin/id", "-u").Succeeded());

        static void Chown(string path, int id)
        {
            using var chown = System.Diagnostics.Process.Start("chown", ["-h", $"{id}:{id}", path]);
            chown.WaitForExit();
        }
    }

    private string Field(string name) => _bundle.Run("/bin/grep", $"^{name}:", "/proc/self/status").Succeeded().Split(':', 2)[1].Trim();
}
