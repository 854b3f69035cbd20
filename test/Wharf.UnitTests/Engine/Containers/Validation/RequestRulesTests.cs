using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Validation;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Validation;

public sealed class RequestRulesTests
{
    private const long Megabyte = 1 << 20;
    private static readonly MachineFacts TwoCpus = new(2, "0-1", "0", HasSwapLimit: true, HasUnifiedCgroups: false);

    public static TheoryData<string, HostConfig> Refused => new()
    {
        { "Minimum memory limit allowed is 6MB", Limits(new() { Memory = 5 * Megabyte }) },
        { "You should always set the Memory limit when using Memoryswap limit, see usage", Limits(new() { MemorySwap = 1 }) },
        { "Minimum memoryswap limit should be larger than memory limit, see usage", Limits(new() { Memory = 20 * Megabyte, MemorySwap = Megabyte }) },
        { "Invalid value: 101, valid memory swappiness range is 0-100", Limits(new() { MemorySwappiness = 101 }) },
        { "Minimum memory reservation allowed is 6MB", Limits(new() { MemoryReservation = 1 }) },
        {
            "Minimum memory limit can not be less than memory reservation limit, see usage",
            Limits(new() { Memory = 8 * Megabyte, MemoryReservation = 9 * Megabyte })
        },
        { "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", Limits(new() { NanoCpus = 3_000_000_000 }) },
        { "Conflicting options: Nano CPUs and CPU Period cannot both be set", Limits(new() { NanoCpus = 1, CpuPeriod = 1000 }) },
        { "Conflicting options: Nano CPUs and CPU Quota cannot both be set", Limits(new() { NanoCpus = 1, CpuQuota = 1000 }) },
        {
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)",
            Limits(new() { CpuPeriod = 999 })
        },
        { "CPU cfs quota can not be less than 1ms (i.e. 1000)", Limits(new() { CpuQuota = 999 }) },
        { "invalid CPU shares (-1): value must be a positive integer", Limits(new() { CpuShares = -1 }) },
        { "Invalid value a for cpuset cpus: invalid format: a", Limits(new() { CpusetCpus = "a" }) },
        { "Requested CPUs are not available - requested 0-4, available: 0-1", Limits(new() { CpusetCpus = "0-4" }) },
        { "Requested memory nodes are not available - requested 1, available: 0", Limits(new() { CpusetMems = "1" }) },
        { "Range of blkio weight is from 10 to 1000", Limits(new() { BlkioWeight = 5 }) },
        { "ulimit soft limit must be less than or equal to hard limit: 2 > 1", Limits(new() { Ulimits = [new("nofile", 2, 1)] }) },
        { "invalid device cgroup rule format: 'x'", Limits(new() { DeviceCgroupRules = ["x"] }) },
        { "Invalid value 1001, range for oom score adj is [-1000, 1000]", new HostConfig { OomScoreAdj = 1001 } },
        { "SHM size can not be less than 0", new HostConfig { ShmSize = -1 } },
        { "unknown or invalid runtime name: kata", new HostConfig { Runtime = "kata" } },
        { "invalid CapDrop: unknown capability: \"CAP_X\"", new HostConfig { CapDrop = ["x"] } },
        { "invalid PID mode: shared", new HostConfig { PidMode = "shared" } },
        { "invalid IPC mode: container:", new HostConfig { IpcMode = "container:" } },
        { "invalid UTS mode: private", new HostConfig { UtsMode = "private" } },
        {
            "invalid restart policy: unknown policy 'maybe'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
            new HostConfig { RestartPolicy = new("maybe") }
        },
        {
            "invalid restart policy: maximum retry count can only be used with 'on-failure'",
            new HostConfig { RestartPolicy = new("always", 1) }
        },
        { "can't create 'AutoRemove' container with restart policy", new HostConfig { AutoRemove = true, RestartPolicy = new("always") } },
        { "bad format for add-host: \"x\"", new HostConfig { ExtraHosts = ["x"] } },
        { "invalid IP address in add-host: \"y\"", new HostConfig { ExtraHosts = ["x:y"] } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Refuses_in_dockers_words(string message, HostConfig host)
    {
        WharfException refusal = Assert.Throws<WharfException>(() => RequestRules.Check(new ContainerConfig(), host, TwoCpus));
        Assert.Equal(message, refusal.Message);
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
    }

    [Theory]
    [InlineData("=x", "invalid environment variable: =x")]
    [InlineData("", "invalid environment variable: ")]
    public void Environment(string variable, string message) => Assert.Equal(
        message,
        Assert.Throws<WharfException>(() => RequestRules.Check(new ContainerConfig { Env = [variable] }, new HostConfig(), TwoCpus)).Message);

    [Theory]
    [InlineData(65, 0, "invalid hostname: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: longer than the 64 bytes that Linux allows")]
    [InlineData(1, 65, "invalid domainname: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: longer than the 64 bytes that Linux allows")]
    public void Names_that_the_kernel_cannot_hold(int hostname, int domainname, string message)
    {
        var config = new ContainerConfig { Hostname = new string('a', hostname), Domainname = new string('a', domainname) };
        Assert.Equal(message, Assert.Throws<WharfException>(() => RequestRules.Check(config, new HostConfig(), TwoCpus)).Message);
    }

    [Fact]
    public void Good_requests_pass() => RequestRules.Check(
        new ContainerConfig { Env = ["A=b", "C"], WorkingDir = "/x", StopSignal = "INT" },
        new HostConfig
        {
            Resources = new ResourceLimits
            {
                Memory = 6 * Megabyte,
                MemorySwap = -1,
                NanoCpus = 2_000_000_000,
                CpusetCpus = "0,1",
                PidsLimit = -1,
                Ulimits = [new("nofile", 1024, -1)],
                DeviceCgroupRules = ["c 13:* rwm"],
            },
            RestartPolicy = new("on-failure", 3),
            ExtraHosts = ["db:10.0.0.1", "me:host-gateway", "six:[::1]"],
            NetworkMode = "host",
            CapAdd = ["ALL"],
        },
        TwoCpus);

    [Fact]
    public void Ports()
    {
        var config = new ContainerConfig { ExposedPorts = ["80/tcp", "53/udp", "9000-9001"] };
        var host = new HostConfig
        {
            PublishAllPorts = true,
            PortBindings = new Dictionary<string, IReadOnlyList<PortBinding>> { ["80/tcp"] = [new("127.0.0.1", "8080"), new("", "8000-8010")] },
        };
        Assert.Equal(
            ["Tcp 80 127.0.0.1 8080-8080", "Tcp 80  8000-8010", "Udp 53  0-0", "Tcp 9000  0-0", "Tcp 9001  0-0"],
            PortSpec.Requests(config, host).Select(port =>
                $"{port.Protocol} {port.ContainerPort} {port.HostAddress} {port.HostPortStart}-{port.HostPortEnd}"));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("0")]
    [InlineData("70000")]
    [InlineData("80/tcp/x")]
    [InlineData("90-80")]
    public void Bad_ports(string text) => Assert.Throws<WharfException>(() => PortSpec.Expand(text).ToArray());

    [Fact]
    public void Protocol_is_checked() =>
        Assert.Equal("invalid proto: icmp", Assert.Throws<WharfException>(() => PortSpec.ParseExposed("80/icmp")).Message);

    private static HostConfig Limits(ResourceLimits limits) => new() { Resources = limits };
}
