using System.Text.Json.Nodes;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>config.md, "Mounts", and config-linux.md: what the container's file system looks like.</summary>
public sealed class FilesystemTests : IDisposable
{
    private readonly OciBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Fact]
    public void Default_devices_and_links_are_there()
    {
        string devices = _bundle.Shell("stat -c '%n %t:%T %a' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty; for link in fd stdin stdout stderr ptmx; do readlink /dev/$link; done; echo x > /dev/null");
        Assert.Equal(
            "/dev/null 1:3 666\n/dev/zero 1:5 666\n/dev/full 1:7 666\n/dev/random 1:8 666\n/dev/urandom 1:9 666\n/dev/tty 5:0 666\n/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\npts/ptmx",
            devices);
    }

    [Fact]
    public void A_root_without_dev_gets_one()
    {
        Directory.Delete(_bundle.Rootfs + "/dev");
        _bundle.Mounts.RemoveAll(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal));
        Assert.Equal("1:3", _bundle.Shell("stat -c %t:%T /dev/null"));
    }

    [Fact]
    public void Further_devices_are_made_as_described()
    {
        _bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/sub/kmsg2", ["type"] = "c", ["major"] = 1, ["minor"] = 11, ["fileMode"] = 0x1a0, ["uid"] = 3, ["gid"] = 4 });
        Assert.Equal("1:b 640 3 4", _bundle.Shell("stat -c '%t:%T %a %u %g' /dev/sub/kmsg2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_root_is_read_only_on_demand(bool readOnly)
    {
        _bundle.Config["root"]!["readonly"] = readOnly;
        Assert.Equal(!readOnly, _bundle.RunShell("echo x > /etc/new && echo y > /dev/shm/new").Code == 0);
        Assert.Equal(0, _bundle.RunShell("echo y > /dev/shm/new").Code);
    }

    [Theory]
    [InlineData("ro", "echo x > /data/file", false)]
    [InlineData("rw", "echo x > /data/file", true)]
    [InlineData("noexec", "cp /bin/busybox /data/b; /data/b true", false)]
    [InlineData("rro", "echo x > /data/file", false)]
    public void Bind_mounts_have_their_options(string option, string script, bool works)
    {
        _bundle.Mount("/data", "bind", _bundle.HostDirectory("data"), "rbind", "rprivate", option);
        Assert.Equal("data", _bundle.Shell("cat /data/file"));
        Assert.Equal(works, _bundle.RunShell(script).Code == 0);
    }

    [Fact]
    public void A_file_is_mounted_on_a_file()
    {
        _bundle.Mount("/etc/deep/hosts", "bind", _bundle.HostDirectory("data") + "/file", "bind", "ro");
        Assert.Equal("data", _bundle.Shell("cat /etc/deep/hosts"));
    }

    [Fact]
    public void A_directory_of_the_host_that_is_shown_as_dev_gets_no_devices()
    {
        string host = _bundle.HostDirectory("devices");
        _bundle.Mounts.RemoveAll(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal));
        _bundle.Mount("/dev", "bind", host, "rbind");
        Assert.Equal("file", _bundle.Shell("ls /dev"));
        Assert.Equal([host + "/file"], Directory.GetFileSystemEntries(host));
    }

    [Theory]
    [InlineData("/etc/file", "/etc")]
    [InlineData("/etc", "/etc/file")]
    public void A_directory_is_not_mounted_on_a_file_nor_the_other_way_round(string source, string destination)
    {
        File.WriteAllText(_bundle.Rootfs + "/etc/file", "");
        _bundle.Mount(destination, "bind", _bundle.Rootfs + source, "rbind");
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains($"error mounting \"{_bundle.Rootfs}{source}\" to rootfs at \"{destination}\": not a directory: Are you trying", outcome.Error);
    }

    [Fact]
    public void Mounts_of_the_container_stay_in_it()
    {
        string host = _bundle.HostDirectory("data");
        _bundle.Mount("/data", "bind", host, "rbind", "rslave");
        _bundle.Mount("/data/inner", "tmpfs", "tmpfs", "size=1m");
        _bundle.Shell("echo x > /data/inner/file");
        Assert.Empty(Directory.GetFiles(host + "/inner"));
    }

    [Theory]
    [InlineData("shared", "shared:")]
    [InlineData("slave", "master:")]
    [InlineData("private", "")]
    public void The_roots_propagation_is_set(string propagation, string expected)
    {
        _bundle.Linux["rootfsPropagation"] = propagation;
        string line = _bundle.Shell("grep ' / / ' /proc/self/mountinfo || grep ' / rw' /proc/self/mountinfo | grep rootfs");
        if (propagation != "slave")
        {
            Assert.Equal(expected.Length > 0, line.Contains("shared:", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("unbindable", line);
    }

    [Fact]
    public void Tmpfs_has_size_and_mode()
    {
        _bundle.Mount("/scratch", "tmpfs", "tmpfs", "size=1m", "mode=1700", "nosuid");
        Assert.Equal("1700", _bundle.Shell("stat -c %a /scratch"));
        Assert.NotEqual(0, _bundle.RunShell("dd if=/dev/zero of=/scratch/big bs=1M count=2").Code);
    }

    [Fact]
    public void Masked_paths_are_empty_and_read_only_paths_are_not_written()
    {
        Directory.CreateDirectory(_bundle.Rootfs + "/etc/secret");
        File.WriteAllText(_bundle.Rootfs + "/etc/secret/key", "x");
        File.WriteAllText(_bundle.Rootfs + "/etc/password", "x");
        _bundle.Linux["maskedPaths"] = new JsonArray("/etc/secret", "/etc/password", "/etc/none", "/proc/version");
        Assert.Equal("0\n0", _bundle.Shell("ls /etc/secret | wc -l; cat /etc/password | wc -c"));
        Assert.Equal("1:3", _bundle.Shell("stat -c %t:%T /proc/version"));
        Assert.NotEqual(0, _bundle.RunShell("echo 1 > /proc/sys/kernel/pid_max").Code);
        Assert.NotEqual(0, _bundle.RunShell("echo x > /etc/secret/new").Code);
    }

    [Fact]
    public void The_cgroup_mount_shows_the_containers_own_group()
    {
        _bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        Assert.Equal("1", _bundle.Shell("cat /sys/fs/cgroup/pids/cgroup.procs /sys/fs/cgroup/cgroup.procs 2>/dev/null | grep -cx 1"));
        Assert.NotEqual(0, _bundle.RunShell("mkdir /sys/fs/cgroup/pids/x").Code);
    }

    [Fact]
    public void A_working_directory_that_is_missing_is_made()
    {
        _bundle.Config["root"]!["readonly"] = true;
        _bundle.Process["cwd"] = "/work/deep";
        Assert.Equal("/work/deep", _bundle.Shell("readlink /proc/self/cwd"));
    }
}
