using System.Text;
using Microsoft.Extensions.Logging;
using Wharf.Daemon.Configuration;
using Wharf.Engine;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class DaemonSettingsTests
{
    [Fact]
    public void Without_flags_everything_has_its_default()
    {
        DaemonSettings settings = DaemonSettings.From(new RawSettings());
        Assert.Equal(["unix:///run/wharf.sock"], settings.Hosts);
        Assert.Equal(("/var/lib/wharf", "/run/wharf"), (settings.Engine.Root, settings.Engine.RunDirectory));
        Assert.Equal("/run/wharf/wharfd.pid", settings.Pidfile);
        Assert.Equal(LogLevel.Information, settings.LogLevel);
        Assert.True(settings.Engine.EnableIPv4Forwarding && settings.Engine.ManageFirewall);
        Assert.Null(settings.Tls);
    }

    [Fact]
    public void Another_root_takes_another_place_for_volatile_state()
    {
        EngineOptions engine = Flags("--data-root", "/srv/w").Engine;
        Assert.Equal("/run/" + engine.InstanceName, engine.RunDirectory);
        Assert.NotEqual("/run/wharf", engine.RunDirectory);
    }

    [Fact]
    public void Flags_take_their_values_in_every_form()
    {
        DaemonSettings settings = Flags(
            "-DHunix:///a.sock", "-H", "tcp://127.0.0.1:2375", "--host=fd://", "--mtu=1400", "--ip-forward=false", "--dns", "1.1.1.1", "--dns=8.8.8.8",
            "--default-ulimit", "nofile=1024:2048", "--default-address-pool", "base=10.5.0.0/16,size=24", "--log-opt", "max-size=1m", "-G", "docker");
        Assert.Equal(["unix:///a.sock", "tcp://127.0.0.1:2375", "fd://"], settings.Hosts);
        Assert.Equal(LogLevel.Debug, settings.LogLevel);
        Assert.Equal(1400, settings.Engine.Mtu);
        Assert.False(settings.Engine.EnableIPv4Forwarding);
        Assert.Equal(["1.1.1.1", "8.8.8.8"], settings.Engine.Dns);
        Assert.Equal([new UlimitOption("nofile", 1024, 2048)], settings.Engine.DefaultUlimits);
        Assert.Equal([new AddressPoolOption("10.5.0.0/16", 24)], settings.Engine.DefaultAddressPools);
        Assert.Equal("1m", settings.Engine.LogOptions["max-size"]);
        Assert.Equal("docker", settings.Group);
    }

    [Theory]
    [InlineData("unknown flag: --frobnicate\nSee 'wharfd --help'.", "--frobnicate")]
    [InlineData("unknown shorthand flag: 'z' in -Dz\nSee 'wharfd --help'.", "-Dz")]
    [InlineData("flag needs an argument: --data-root\nSee 'wharfd --help'.", "--data-root")]
    [InlineData("flag needs an argument: 'H' in -H\nSee 'wharfd --help'.", "-H")]
    [InlineData("\"wharfd\" accepts no arguments.\nSee 'wharfd --help'.", "start")]
    [InlineData("invalid logging level: loud", "--log-level", "loud")]
    [InlineData("invalid argument \"maybe\" for \"--debug\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax", "--debug=maybe")]
    [InlineData("--data-root must be an absolute path: here", "--data-root", "here")]
    [InlineData("ulimit soft limit must be less than or equal to hard limit: 3 > 2", "--default-ulimit", "nofile=3:2")]
    [InlineData("bad attribute format: lonely", "--label", "lonely")]
    [InlineData("invalid max concurrent downloads: 0", "--max-concurrent-downloads", "0")]
    [InlineData("nowhere is not an ip address", "--ip", "nowhere")]
    [InlineData("invalid mirror: no scheme specified for \"hub:5000\": must use either 'https://' or 'http://'", "--registry-mirror", "hub:5000")]
    [InlineData("invalid mirror: unsupported scheme \"ftp\" in \"ftp://hub\": must use either 'https://' or 'http://'", "--registry-mirror", "ftp://hub")]
    [InlineData("invalid mirror: \"http://u:p@hub\" is not an address without user, query and fragment", "--registry-mirror", "http://u:p@hub")]
    public void Mistakes_are_named(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Flags(arguments)).Message);

    [Theory]
    [InlineData("64M", 64L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("1024", 1024)]
    [InlineData("100000000", 100000000)]
    [InlineData("16KiB", 16384)]
    public void Sizes_may_have_units(string text, long bytes) => Assert.Equal(bytes, Flags("--default-shm-size", text).Engine.DefaultShmSize);

    [Fact]
    public void The_file_has_the_flags_values_under_dockerds_keys()
    {
        RawSettings file = File("""
            {"debug":true,"hosts":["unix:///x.sock"],"mtu":1450,"log-opts":{"max-size":"2m"},"labels":["a=b"],
             "default-ulimits":{"nofile":{"Name":"nofile","Soft":10,"Hard":20}},"default-address-pools":[{"base":"10.9.0.0/16","size":26}]}
            """);
        DaemonSettings settings = DaemonSettings.From(file);
        Assert.Equal((LogLevel.Debug, 1450), (settings.LogLevel, settings.Engine.Mtu));
        Assert.Equal(["unix:///x.sock"], settings.Hosts);
        Assert.Equal("2m", settings.Engine.LogOptions["max-size"]);
        Assert.Equal([new UlimitOption("nofile", 10, 20)], settings.Engine.DefaultUlimits);
        Assert.Equal([new AddressPoolOption("10.9.0.0/16", 26)], settings.Engine.DefaultAddressPools);
    }

    [Fact]
    public void Unknown_keys_are_refused_and_those_of_dockerd_that_mean_nothing_here_are_not()
    {
        Assert.Equal(
            "the following directives don't match any configuration option: bogus, wrong",
            Assert.Throws<ConfigurationException>(() => File("""{"wrong":1,"storage-driver":"overlay2","bogus":2}""")).Message);
        List<string> ignored = [];
        ConfigurationFile.Parse("""{"storage-driver":"overlay2","features":{"x":true}}"""u8.ToArray(), ignored);
        Assert.Equal(["key storage-driver", "key features"], ignored);
    }

    [Fact]
    public void Flags_of_dockerd_that_mean_nothing_here_are_taken_with_their_values()
    {
        RawSettings flags = CommandLine.Parse(["-s", "overlay2", "--icc=false", "--userland-proxy", "--exec-opt", "native.cgroupdriver=systemd", "--config-file", "/dev/null", "-D"]);
        DaemonSettings settings = DaemonSettings.Load(flags);
        Assert.Equal(["flag --exec-opt", "flag --icc", "flag --storage-driver", "flag --userland-proxy"], settings.Ignored.Order());
        Assert.Equal(LogLevel.Debug, settings.LogLevel);
        Assert.DoesNotContain("--icc", CommandLine.Help(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_setting_in_both_places_is_a_conflict() => Assert.Equal(
        "the following directives are specified both as a flag and in the configuration file: log-level: (from flag: debug, from file: info)",
        Assert.Throws<ConfigurationException>(() => RawSettings.Merge(CommandLine.Parse(["-l", "debug", "--mtu", "1"]), File("""{"log-level":"info"}"""))).Message);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"debug":{}}""")]
    [InlineData("""{"hosts":"unix:///x"}""")]
    [InlineData("""{"default-ulimits":{"nofile":{}}}""")]
    public void A_file_that_is_none_is_refused_with_its_name(string json)
    {
        string path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllText(path, json);
            string message = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Read(path, explicitly: true, [])).Message;
            Assert.StartsWith($"unable to configure the Docker daemon with file {path}: ", message, StringComparison.Ordinal);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void A_named_file_must_exist_and_the_default_one_need_not()
    {
        Assert.Throws<ConfigurationException>(() => ConfigurationFile.Read("/nonexistent/daemon.json", explicitly: true, []));
        Assert.Empty(ConfigurationFile.Read("/nonexistent/daemon.json", explicitly: false, []).Names);
    }

    [Fact]
    public void Help_names_every_flag()
    {
        string help = CommandLine.Help();
        Assert.All(DaemonOption.All, option => Assert.Contains("--" + option.Flag, help, StringComparison.Ordinal));
    }

    private static DaemonSettings Flags(params string[] arguments) => DaemonSettings.From(CommandLine.Parse(arguments));

    private static RawSettings File(string json) => ConfigurationFile.Parse(Encoding.UTF8.GetBytes(json), []);
}
