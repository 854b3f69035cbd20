using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Limits, capabilities and the other fences, each shown to hold from inside.</summary>
public sealed class ResourceTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Theory, BothClients]
    public async Task Memory_limit_kills_and_says_so(string client)
    {
        string name = $"oom-{client}";
        (await _daemon.CliAsync(
            client, "run", "--name", name, "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "x=a; while :; do x=$x$x; done")).Expect(137);
        Assert.True((await _daemon.InspectAsync(name)).GetProperty("State").GetProperty("OOMKilled").GetBoolean());
        (await _daemon.CliAsync(client, "rm", name)).Expect();
    }

    [Theory, BothClients]
    public async Task Memory_below_the_minimum_is_refused(string client) =>
        (await _daemon.CliAsync(client, "run", "--rm", "-m", "1m", "busybox", "true")).Expect(125).Says("Minimum memory limit allowed is 6MB");

    [Theory, BothClients]
    public async Task Pids_limit_bites(string client) =>
        (await _daemon.CliAsync(
            client, "run", "--rm", "--pids-limit", "5", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait"))
        .Says("can't fork");

    [Theory, BothClients]
    public async Task Cpus_and_cpuset_are_set(string client)
    {
        CommandResult result = await _daemon.CliAsync(
            client, "run", "--rm", "--cpus", "0.5", "--cpuset-cpus", "0", "busybox", "sh", "-c",
            "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null; grep Cpus_allowed_list /proc/self/status");
        result.Expect().Says("50000").Says("Cpus_allowed_list:\t0\n");
    }

    [Theory, BothClients]
    public async Task Capabilities_are_the_default_fourteen_and_change_on_demand(string client)
    {
        const string Show = "grep CapEff /proc/self/status";
        (await ShellAsync(client, Show)).Says("00000000a80425fb");
        (await ShellAsync(client, Show, "--cap-drop", "ALL")).Says("0000000000000000");
        (await ShellAsync(client, Show, "--cap-drop", "ALL", "--cap-add", "NET_ADMIN")).Says("0000000000001000");
        (await ShellAsync(client, "true", "--cap-add", "NO_SUCH")).Expect(125).Says("NO_SUCH");
    }

    [Theory, BothClients]
    public async Task Privileged_gives_devices_and_writable_sys(string client) =>
        (await ShellAsync(client, "test -e /dev/kmsg && grep -c ' /sys sysfs rw' /proc/mounts", "--privileged")).Expect();

    [Theory, BothClients]
    public async Task Seccomp_and_no_new_privileges_are_as_asked(string client)
    {
        const string Show = "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status";
        (await ShellAsync(client, Show)).Says("Seccomp:\t2").Says("NoNewPrivs:\t0");
        (await ShellAsync(client, Show, "--security-opt", "seccomp=unconfined", "--security-opt", "no-new-privileges"))
            .Says("Seccomp:\t0").Says("NoNewPrivs:\t1");
    }

    [Theory, BothClients]
    public async Task Masked_and_read_only_paths_are_so(string client)
    {
        (await ShellAsync(client, "cat /proc/kcore | head -c 1 | wc -c; ls /proc/acpi /sys/firmware 2>/dev/null | wc -l")).Expect().Says("0\n");
        (await ShellAsync(client, "echo 1 >/proc/sys/kernel/domainname")).Expect(1).Says("Read-only file system");
    }

    [Theory, BothClients]
    public async Task Ulimits_are_set_and_a_higher_hard_limit_is_an_error_only_when_asked_for(string client) =>
        Assert.Equal("64 128", (await ShellAsync(client, "echo $(ulimit -Sn) $(ulimit -Hn)", "--ulimit", "nofile=64:128")).Expect().Text);

    [Theory, BothClients]
    public async Task Shared_memory_has_the_size_asked_for(string client) =>
        (await ShellAsync(client, "grep ' /dev/shm ' /proc/mounts", "--shm-size", "8m")).Expect().Says("size=8192k");

    [Theory, BothClients]
    public async Task Sysctls_of_the_network_are_set_in_the_container(string client) =>
        Assert.Equal("1", (await ShellAsync(client, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start", "--sysctl", "net.ipv4.ip_unprivileged_port_start=1")).Expect().Text);

    private Task<CommandResult> ShellAsync(string client, string script, params string[] flags) =>
        _daemon.CliAsync(client, ["run", "--rm", .. flags, "busybox", "sh", "-c", script]);
}
