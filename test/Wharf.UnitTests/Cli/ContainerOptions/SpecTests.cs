using Wharf.Api.Containers;
using Wharf.Cli.ContainerOptions;
using Xunit;

namespace Wharf.UnitTests.Cli.ContainerOptions;

public sealed class SpecTests
{
    [Theory]
    [InlineData("80", "80/tcp=:")]
    [InlineData("8080:80", "80/tcp=:8080")]
    [InlineData("8080:80/udp", "80/udp=:8080")]
    [InlineData("127.0.0.1:8080:80", "80/tcp=127.0.0.1:8080")]
    [InlineData("127.0.0.1::80", "80/tcp=127.0.0.1:")]
    [InlineData("[::1]:8080:80", "80/tcp=::1:8080")]
    [InlineData("8000-8002:80-82", "80/tcp=:8000 81/tcp=:8001 82/tcp=:8002")]
    [InlineData("8000-8010:80", "80/tcp=:8000-8010")]
    [InlineData("80-81", "80/tcp=: 81/tcp=:")]
    public void Ports(string text, string expected) => Assert.Equal(
        expected,
        string.Join(' ', PortSpec.Parse(text).Select(pair => $"{pair.Port}={pair.Binding.HostIp}:{pair.Binding.HostPort}")));

    [Theory]
    [InlineData("abc", "invalid containerPort: abc")]
    [InlineData("99999:1", "invalid hostPort: 99999")]
    [InlineData("1:99999", "invalid containerPort: 99999")]
    [InlineData("x:1:2", "invalid IP address: x")]
    [InlineData("80/icmp", "invalid proto: icmp")]
    [InlineData("8000-8001:80-82", "invalid ranges specified for container and host Ports: 80-82 and 8000-8001")]
    [InlineData("82-80", "invalid containerPort: 82-80")]
    public void What_is_no_port(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => PortSpec.Parse(text)).Message);

    [Fact]
    public void Exposed_ports() => Assert.Equal(["80/udp", "81/udp"], PortSpec.ParseExposed("80-81/udp"));

    [Theory]
    [InlineData("/data", false, "/data")]
    [InlineData("name:/data", true, "name:/data")]
    [InlineData("/a:/b:ro,z", true, "/a:/b:ro,z")]
    public void Volumes(string text, bool named, string sent) =>
        Assert.Equal((named, sent), (VolumeSpec.TryParseBind(text, out string bind), bind));

    [Fact]
    public void A_relative_source_is_made_absolute()
    {
        Assert.True(VolumeSpec.TryParseBind("./x:/b", out string bind));
        Assert.Equal($"{Path.GetFullPath("x")}:/b", bind);
    }

    [Fact]
    public void Mounts()
    {
        Mount mount = MountSpec.Parse("type=bind,src=/a,\"dst=/b,c\",readonly,bind-propagation=rslave");
        Assert.Equal(("bind", "/a", "/b,c", true, "rslave"), (mount.Type, mount.Source, mount.Target, mount.ReadOnly, mount.BindOptions!.Propagation));
        mount = MountSpec.Parse("source=v,target=/d,volume-opt=type=nfs,volume-opt=o=addr=1,volume-nocopy");
        Assert.Equal(("volume", true), (mount.Type, mount.VolumeOptions!.NoCopy));
        Assert.Equal("addr=1", mount.VolumeOptions.DriverConfig!.Options!["o"]);
        mount = MountSpec.Parse("type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1770");
        Assert.Equal((1L << 20, 0x3F8u), (mount.TmpfsOptions!.SizeBytes!.Value, mount.TmpfsOptions.Mode!.Value));
    }

    [Theory]
    [InlineData("type=x", "target is required")]
    [InlineData("foo", "invalid field 'foo' must be a key=value pair")]
    [InlineData("type=bind,target=/b,foo=bar", "unexpected key 'foo' in 'foo=bar'")]
    [InlineData("type=bind,src=/a,target=/b,tmpfs-size=1m", "cannot mix 'tmpfs-*' options with mount type 'bind'")]
    [InlineData("type=tmpfs,target=/b,tmpfs-size=x", "invalid value for tmpfs-size: x")]
    [InlineData("target=/b,readonly=maybe", "invalid value for readonly: maybe")]
    public void What_is_no_mount(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MountSpec.Parse(text)).Message);

    [Theory]
    [InlineData("nofile=1024", 1024, 1024)]
    [InlineData("nofile=1024:2048", 1024, 2048)]
    [InlineData("core=-1", -1, -1)]
    [InlineData("core=5:-1", 5, -1)]
    [InlineData("core=unlimited", -1, -1)]
    public void Ulimits(string text, long soft, long hard) =>
        Assert.Equal((soft, hard), (UlimitSpec.Parse(text).Soft, UlimitSpec.Parse(text).Hard));

    [Theory]
    [InlineData("a", "invalid ulimit argument: a")]
    [InlineData("a=1", "invalid ulimit type: a")]
    [InlineData("core=10:5", "ulimit soft limit must be less than or equal to hard limit: 10 > 5")]
    [InlineData("core=-1:5", "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited) > 5")]
    [InlineData("core=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`")]
    public void What_is_no_ulimit(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => UlimitSpec.Parse(text)).Message);

    [Theory]
    [InlineData("/dev/x", "/dev/x", "/dev/x", "rwm")]
    [InlineData("/dev/x:/dev/y", "/dev/x", "/dev/y", "rwm")]
    [InlineData("/dev/x:r", "/dev/x", "/dev/x", "r")]
    [InlineData("/dev/x:/dev/y:rw", "/dev/x", "/dev/y", "rw")]
    public void Devices(string text, string host, string container, string permissions)
    {
        DeviceMapping device = DeviceSpec.Parse(text);
        Assert.Equal((host, container, permissions), (device.PathOnHost, device.PathInContainer, device.CgroupPermissions));
    }

    [Theory]
    [InlineData("no", "no", 0)]
    [InlineData("on-failure:3", "on-failure", 3)]
    public void Restart_policies(string text, string name, int count) =>
        Assert.Equal((name, count), (RestartPolicySpec.Parse(text).Name, RestartPolicySpec.Parse(text).MaximumRetryCount));

    [Fact]
    public void Environment_files_have_comments_and_look_names_up_here()
    {
        string file = Path.GetTempFileName();
        Environment.SetEnvironmentVariable("WHARF_TEST_HERE", "yes");
        try
        {
            File.WriteAllText(file, "# no\n\n  A=1 2 \nWHARF_TEST_HERE\nWHARF_TEST_NOT_HERE\nQ=\"q\"\n");
            Assert.Equal(["A=1 2 ", "WHARF_TEST_HERE=yes", "Q=\"q\"", "A=3"], EnvironmentVariables.Collect([file], ["A=3"]));
            File.WriteAllText(file, "A B=1\n");
            Assert.Throws<FormatException>(() => EnvironmentVariables.Collect([file], []));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Networks()
    {
        Assert.Equal(("web", null), (NetworkSpec.Parse("web").Name, NetworkSpec.Parse("web").Settings));
        NetworkSpec spec = NetworkSpec.Parse("name=web,alias=a,alias=b,ip=10.0.0.2,driver-opt=k=v");
        Assert.Equal(("web", "10.0.0.2", "v"), (spec.Name, spec.Settings!.IPAMConfig!.IPv4Address, spec.Settings.DriverOpts!["k"]));
        Assert.Equal(["a", "b"], spec.Settings.Aliases!);
        Assert.Throws<FormatException>(() => NetworkSpec.Parse("alias=a"));
    }
}
