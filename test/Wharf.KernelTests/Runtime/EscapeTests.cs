using System.Text.Json.Nodes;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>Images and processes that try to get out, each as it once worked somewhere.</summary>
public sealed class EscapeTests : IDisposable
{
    private readonly OciBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Fact]
    public void A_mount_destination_does_not_leave_the_root_through_a_link()
    {
        string host = _bundle.HostDirectory("victim");
        File.CreateSymbolicLink(_bundle.Rootfs + "/out", host);
        File.CreateSymbolicLink(_bundle.Rootfs + "/up", "../../../../../.." + host);
        _bundle.Mount("/out/new", "tmpfs", "tmpfs");
        _bundle.Mount("/up/new", "tmpfs", "tmpfs");
        _bundle.RunShell("true");
        Assert.Equal([host + "/file"], Directory.GetFileSystemEntries(host));
    }

    /// <summary>CVE-2019-19921, CVE-2023-27561: then the masks would lie somewhere else.</summary>
    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public void Proc_and_sys_are_not_mounted_through_a_link(string name)
    {
        Directory.Delete($"{_bundle.Rootfs}/{name}");
        Directory.CreateDirectory(_bundle.Rootfs + "/elsewhere");
        File.CreateSymbolicLink($"{_bundle.Rootfs}/{name}", "elsewhere");
        Assert.NotEqual(0, _bundle.RunShell("true").Code);
    }

    /// <summary>CVE-2021-30465: a part of a volume is looked up within the volume, whatever a container put there.</summary>
    [Theory]
    [InlineData("{0}")]
    [InlineData("../../../../../../../../{0}")]
    public void A_part_of_a_volume_does_not_leave_it_through_a_link(string link)
    {
        string host = _bundle.HostDirectory("victim");
        string volume = _bundle.HostDirectory("volume");
        File.CreateSymbolicLink(volume + "/part", string.Format(System.Globalization.CultureInfo.InvariantCulture, link, host));
        _bundle.Mount("/mnt", "bind", volume, "rbind", "X-mount.subdir=part");
        Outcome outcome = _bundle.RunShell("cat /mnt/file");
        Assert.NotEqual(0, outcome.Code);
        Assert.DoesNotContain("victim", outcome.Output);
        File.Delete(volume + "/part");
        Directory.CreateDirectory(volume + "/part");
        File.WriteAllText(volume + "/part/file", "of the part");
        Assert.Equal("of the part", _bundle.Shell("cat /mnt/file"));
    }

    /// <summary>CVE-2019-16884: masks would lie on something that is no proc.</summary>
    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/sys")]
    [InlineData("/tmp/../proc/self")]
    public void Nothing_is_mounted_over_proc(string destination)
    {
        _bundle.Mount(destination, "bind", _bundle.HostDirectory("volume"), "rbind");
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("cannot be mounted because it is", outcome.Error);
    }

    /// <summary>CVE-2025-52881: nor by a name of the image's that leads there.</summary>
    [Theory]
    [InlineData("tmpfs", "/innocent")]
    [InlineData("bind", "/innocent")]
    [InlineData("bind", "/innocent/kernel")]
    public void Nothing_is_mounted_over_proc_through_a_link(string type, string destination)
    {
        File.CreateSymbolicLink(_bundle.Rootfs + "/innocent", "proc/sys");
        _bundle.Mount(destination, type, type == "bind" ? _bundle.HostDirectory("volume") : type, type == "bind" ? ["rbind"] : []);
        Outcome outcome = _bundle.RunShell("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("mount inside /proc", outcome.Error);
    }

    /// <summary>CVE-2025-52881: settings are written to the kernel, whatever lies where the container's /proc should be.</summary>
    [Fact]
    public void Settings_are_not_written_to_files_of_the_image()
    {
        _bundle.Mounts.RemoveAll(mount => (string)mount!["destination"]! == "/proc");
        string decoy = _bundle.Rootfs + "/proc/sys/net/ipv4/ip_forward";
        Directory.CreateDirectory(Path.GetDirectoryName(decoy)!);
        File.WriteAllText(decoy, "decoy");
        _bundle.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_forward"] = "1" };
        _bundle.Linux["maskedPaths"] = new JsonArray();
        _bundle.Linux["readonlyPaths"] = new JsonArray();
        Assert.Equal("decoy", _bundle.Shell("cat /proc/sys/net/ipv4/ip_forward"));
        Assert.Equal("decoy", File.ReadAllText(decoy));
    }

    /// <summary>CVE-2024-45310: what a mount's destination lacks is made within the root, while its parent is swapped for a link out of it.</summary>
    [Fact]
    public void Nothing_is_made_on_the_host_while_a_parent_is_swapped()
    {
        string host = _bundle.HostDirectory("victim");
        string volume = _bundle.HostDirectory("volume");
        Directory.CreateDirectory(volume + "/real");
        _bundle.Mount("/shared", "bind", volume, "rbind");
        _bundle.Mount("/shared/part/made/deep", "tmpfs", "tmpfs");
        string swap = $"while :; do ln -sfnT real part; ln -sfnT ../../../../../../../../..{host} part; done";
#pragma warning disable RS0030 // A test may start what the engine must not.
        using var swapping = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", swap]) { WorkingDirectory = volume })!;
#pragma warning restore RS0030
        for (int i = 0; i < 20; i++)
        {
            _bundle.RunShell("true");
        }

        swapping.Kill();
        swapping.WaitForExit();
        Assert.Equal([host + "/file"], Directory.GetFileSystemEntries(host));
    }

    /// <summary>CVE-2024-21626.</summary>
    [Fact]
    public void The_working_directory_is_not_a_descriptor_of_the_host()
    {
        for (int descriptor = 3; descriptor < 20; descriptor++)
        {
            _bundle.Process["cwd"] = $"/proc/self/fd/{descriptor}";
            Assert.NotEqual(0, _bundle.RunShell("true").Code);
        }
    }

    /// <summary>CVE-2019-5736, by name and as an interpreter.</summary>
    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/bin/script")]
    [InlineData("/bin/link")]
    public void The_runtimes_own_binary_cannot_be_had(string program)
    {
        File.WriteAllText(_bundle.Rootfs + "/bin/script", "#!/proc/self/exe --version\n");
        File.SetUnixFileMode(_bundle.Rootfs + "/bin/script", (UnixFileMode)0x1ed);
        File.CreateSymbolicLink(_bundle.Rootfs + "/bin/link", "/proc/self/exe");
        Outcome outcome = _bundle.Run(program);
        Assert.DoesNotContain("wharf-runtime version", outcome.Output);
        _bundle.Start("sleep 60");
        Assert.DoesNotContain("wharf-runtime version", _bundle.Command("exec", _bundle.Id, program).Output);
    }

    [Fact]
    public void Descriptors_of_the_host_are_not_passed_on()
    {
        using FileStream secret = File.OpenRead("/etc/hostname");
        Assert.DoesNotContain("hostname", _bundle.Shell("ls -l /proc/self/fd /proc/1/fd"));
        Assert.Equal("0\n1\n2\n3", _bundle.Shell("ls /proc/self/fd"));
    }

    /// <summary>CVE-2025-31133: what masks a file is the host's null device, whatever the image calls so.</summary>
    [Fact]
    public void Masks_are_not_taken_from_the_image()
    {
        _bundle.Mounts.RemoveAll(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal));
        File.WriteAllText(_bundle.Rootfs + "/etc/bait", "bait");
        File.CreateSymbolicLink(_bundle.Rootfs + "/dev/null", "/etc/bait");
        _bundle.Linux["maskedPaths"] = new JsonArray("/proc/version");
        Outcome outcome = _bundle.RunShell("stat -c %t:%T /proc/version");
        if (outcome.Code == 0)
        {
            Assert.Equal("1:3", outcome.Output.Trim());
        }
    }

    /// <summary>A mask is the host's own null device: nobody may change its mode, owner or times through it.</summary>
    [Fact]
    public void Masks_do_not_give_the_hosts_null_device_away()
    {
        _bundle.Linux["maskedPaths"] = new JsonArray("/proc/version");
        DateTime before = File.GetLastWriteTimeUtc("/dev/null");
        Assert.NotEqual(0, _bundle.RunShell("touch -t 200001010101 /proc/version").Code);
        Assert.Equal(before, File.GetLastWriteTimeUtc("/dev/null"));
        Assert.Equal("", _bundle.Shell("cat /proc/version"));
    }

    /// <summary>CVE-2025-52565: the console is mounted before anything of the image is followed to the host.</summary>
    [Fact]
    public void Devices_are_not_made_through_a_link()
    {
        string host = _bundle.HostDirectory("victim");
        _bundle.Mounts.RemoveAll(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal));
        Directory.Delete(_bundle.Rootfs + "/dev");
        File.CreateSymbolicLink(_bundle.Rootfs + "/dev", host);
        _bundle.RunShell("true");
        Assert.Equal([host + "/file"], Directory.GetFileSystemEntries(host));
    }

    [Fact]
    public void The_host_is_not_seen()
    {
        string mounts = _bundle.Shell("cat /proc/self/mountinfo");
        Assert.DoesNotContain(" /rootfs/", mounts);
        Assert.Equal("1", _bundle.Shell("echo $$"));
        Assert.NotEqual(0, _bundle.RunShell($"ls {_bundle.Location}").Code);
        Assert.NotEqual(0, _bundle.RunShell("mount -t tmpfs x /tmp").Code);
    }
}
