using System.Text.Json.Nodes;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>config-linux.md, "Control groups" and "Seccomp".</summary>
public sealed class ResourceTests : IDisposable
{
    private readonly OciBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    private JsonObject Resources => _bundle.Linux["resources"]!.AsObject();

    [Fact]
    public void A_limit_of_memory_is_kept_to()
    {
        Resources["memory"] = new JsonObject { ["limit"] = 8 << 20, ["swap"] = 8 << 20 };
        Outcome outcome = _bundle.RunShell("dd if=/dev/zero of=/dev/null bs=64M count=1");
        Assert.Equal(137, outcome.Code);
    }

    [Fact]
    public void A_limit_of_processes_is_kept_to()
    {
        Resources["pids"] = new JsonObject { ["limit"] = 4 };
        Outcome outcome = _bundle.RunShell("sleep 1 & sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait");
        Assert.Contains("fork", outcome.Error);
    }

    [Fact]
    public void Shares_quota_and_processors_are_written()
    {
        Resources["cpu"] = new JsonObject { ["shares"] = 512, ["quota"] = 50000, ["period"] = 100000, ["cpus"] = "0" };
        _bundle.Start("sleep 60");
        Assert.SkipUnless(Directory.Exists("/sys/fs/cgroup/cpu"), "needs cgroup v1");
        Assert.Equal("512", File.ReadAllText($"/sys/fs/cgroup/cpu{_bundle.Cgroup}/cpu.shares").Trim());
        Assert.Equal("50000", File.ReadAllText($"/sys/fs/cgroup/cpu{_bundle.Cgroup}/cpu.cfs_quota_us").Trim());
        Assert.Equal("1", _bundle.Command("exec", _bundle.Id, "/bin/nproc").Succeeded());
    }

    [Fact]
    public void Devices_that_are_not_allowed_cannot_be_opened()
    {
        Assert.SkipUnless(File.Exists("/dev/fuse"), "needs FUSE");
        Resources["devices"] = new JsonArray(new JsonObject { ["allow"] = false, ["access"] = "rwm" });
        _bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/other", ["type"] = "c", ["major"] = 10, ["minor"] = 229, ["fileMode"] = 0x1b6 });
        Assert.NotEqual(0, _bundle.RunShell("echo x > /dev/other").Code);
        Assert.Equal("", _bundle.Shell("dd if=/dev/zero of=/dev/null bs=1 count=1 2>/dev/null"));
        Resources["devices"]!.AsArray().Add(new JsonObject { ["allow"] = true, ["type"] = "c", ["major"] = 10, ["minor"] = 229, ["access"] = "rw" });
        Assert.Equal(0, _bundle.RunShell("exec 3< /dev/other").Code);
    }

    [Fact]
    public void Too_little_memory_to_be_made_in_is_told()
    {
        _bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 1024 } };
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("memory", outcome.Error);
    }

    [Fact]
    public void A_value_that_the_kernel_refuses_fails_and_leaves_nothing()
    {
        Resources["cpu"] = new JsonObject { ["cpus"] = "999" };
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("cpuset.cpus", outcome.Error);
        Assert.Empty(_bundle.LeftCgroups());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Seccomp_denies_what_the_profile_does_not_allow(bool noNewPrivileges)
    {
        _bundle.Process["noNewPrivileges"] = noNewPrivileges;
        _bundle.Linux["seccomp"] = JsonNode.Parse("""
            {
              "defaultAction": "SCMP_ACT_ALLOW",
              "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
              "syscalls": [
                { "names": ["mkdir", "mkdirat", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95 },
                { "names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 1, "value": 10, "op": "SCMP_CMP_EQ" }] }
              ]
            }
            """);
        Outcome outcome = _bundle.RunShell("mkdir /tmp/x");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("not supported", outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(0, _bundle.RunShell("kill -USR1 $$").Code);
        Assert.Equal("2", _bundle.Shell("grep '^Seccomp:' /proc/self/status | grep -o '[0-9]'"));
        _bundle.Start("sleep 60");
        Assert.NotEqual(0, _bundle.Command("exec", _bundle.Id, "/bin/mkdir", "/tmp/y").Code);
    }
}
