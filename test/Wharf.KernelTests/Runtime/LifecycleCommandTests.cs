using System.Text.Json.Nodes;
using Wharf.Linux.Clocks;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Runtime;

/// <summary>runtime.md: the operations and the states between them.</summary>
public sealed class LifecycleCommandTests : IDisposable
{
    private readonly OciBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Fact]
    public void A_container_goes_from_created_to_running_to_stopped_to_gone()
    {
        _bundle.Create("sleep 60").Succeeded();
        Assert.Equal("created", _bundle.Status());
        _bundle.Command("start", _bundle.Id).Succeeded();
        Assert.Equal("running", _bundle.Status());
        Assert.NotEqual(0, _bundle.Command("start", _bundle.Id).Code);
        Assert.NotEqual(0, _bundle.Command("delete", _bundle.Id).Code);
        Assert.Contains(_bundle.Id, _bundle.Command("list").Succeeded());
        _bundle.Command("kill", _bundle.Id, "KILL").Succeeded();
        OciBundle.Eventually(() => _bundle.Status() == "stopped", "stopped");
        Assert.NotEqual(0, _bundle.Command("kill", _bundle.Id, "KILL").Code);
        _bundle.Command("delete", _bundle.Id).Succeeded();
        Assert.NotEqual(0, _bundle.Command("state", _bundle.Id).Code);
    }

    [Fact]
    public void The_exit_status_of_run_is_the_programs()
    {
        Assert.Equal(7, _bundle.RunShell("exit 7").Code);
        Assert.Equal(143, _bundle.RunShell("sh -c 'kill -TERM $$'; exit $?").Code);
    }

    [Fact]
    public void An_id_is_taken_once()
    {
        _bundle.Create("sleep 60").Succeeded();
        Assert.NotEqual(0, _bundle.Create("sleep 60").Code);
        Assert.Equal("created", _bundle.Status());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void An_id_is_no_path(string id) => Assert.NotEqual(0, _bundle.Command("create", "--bundle", _bundle.Location, id).Code);

    [Fact]
    public void Exec_is_in_the_containers_namespaces_and_group()
    {
        _bundle.Start("sleep 60");
        Assert.Equal("inside", _bundle.Command("exec", _bundle.Id, "/bin/hostname").Succeeded());
        string seen = _bundle.Command("exec", "--cwd", "/tmp", "--env", "A=b", "--user", "5:6", _bundle.Id, "/bin/sh", "-c", "readlink /proc/self/cwd; echo $A; id -u; id -g; ps | grep -c sleep").Succeeded();
        Assert.Equal(["/tmp", "b", "5", "6"], seen.Split('\n')[..4]);
        Assert.Equal(9, _bundle.Command("exec", _bundle.Id, "/bin/sh", "-c", "exit 9").Code);
        Assert.Equal(_bundle.Command("exec", _bundle.Id, "/bin/readlink", "/proc/1/ns/cgroup").Succeeded(), _bundle.Command("exec", _bundle.Id, "/bin/readlink", "/proc/self/ns/cgroup").Succeeded());
    }

    [Fact]
    public void Exec_of_what_is_not_there_tells_so()
    {
        Assert.SkipUnless(OciBundle.IsWharf, "exit codes of this runtime");
        _bundle.Start("sleep 60");
        Outcome outcome = _bundle.Command("exec", _bundle.Id, "nonesuch");
        Assert.Equal(127, outcome.Code);
        Assert.Contains("exec: \"nonesuch\": executable file not found in $PATH", outcome.Error);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told_at_create()
    {
        Outcome outcome = _bundle.Run("nonesuch");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("exec: \"nonesuch\": executable file not found in $PATH", outcome.Error);
        outcome = _bundle.Run("/bin/nonesuch");
        Assert.Contains("no such file or directory", outcome.Error);
        if (OciBundle.IsWharf)
        {
            Assert.Equal(127, outcome.Code);
        }
    }

    [Fact]
    public void A_program_that_may_not_be_executed_is_told_too()
    {
        File.WriteAllText(_bundle.Rootfs + "/bin/plain", "x");
        Outcome outcome = _bundle.Run("plain");
        Assert.Contains("permission denied", outcome.Error);
        if (OciBundle.IsWharf)
        {
            Assert.Equal(126, outcome.Code);
        }
    }

    [Fact]
    public void Pause_stops_and_resume_goes_on()
    {
        _bundle.Start("while true; do echo x >> /tmp/ticks; sleep 0.01; done");
        OciBundle.Eventually(() => Ticks() > 2, "ticks");
        _bundle.Command("pause", _bundle.Id).Succeeded();
        Assert.Equal("paused", _bundle.Status());
        long before = Ticks();
        Pause.Milliseconds(100);
        Assert.Equal(before, Ticks());
        _bundle.Command("resume", _bundle.Id).Succeeded();
        Assert.Equal("running", _bundle.Status());
        OciBundle.Eventually(() => Ticks() > before, "more ticks");

        long Ticks() => File.Exists(_bundle.Rootfs + "/tmp/ticks") ? new FileInfo(_bundle.Rootfs + "/tmp/ticks").Length : 0;
    }

    [Fact]
    public void What_is_paused_can_be_deleted()
    {
        _bundle.Start("sleep 60");
        _bundle.Command("pause", _bundle.Id).Succeeded();
        _bundle.Command("delete", "--force", _bundle.Id).Succeeded();
    }

    [Fact]
    public void Ps_lists_the_processes_of_the_container()
    {
        Assert.SkipUnless(OciBundle.IsWharf, "another format");
        _bundle.Start("sleep 60 & sleep 60; true");
        OciBundle.Eventually(() => JsonNode.Parse(_bundle.Command("ps", "--format", "json", _bundle.Id).Succeeded())!.AsArray().Count == 3, "three processes");
    }

    [Fact]
    public void Processes_without_a_pid_namespace_end_with_the_container()
    {
        _bundle.Namespaces("mount", "uts", "ipc", "network");
        _bundle.Start("sleep 61 & sleep 61");
        _bundle.Command("delete", "--force", _bundle.Id).Succeeded();
        Assert.Empty(_bundle.LeftCgroups());
    }

    [Fact]
    public void Hooks_run_in_order_and_place_with_the_state_on_their_input()
    {
        string log = Path.Combine(_bundle.Location, "hooks");
        JsonObject hooks = [];
        foreach (string kind in new[] { "prestart", "createRuntime", "createContainer", "poststart", "poststop" })
        {
            hooks[kind] = Hook("/bin/sh", $"echo {kind} $(grep -o '\"status\": *\"[a-z]*\"' | grep -o '[a-z]*\"$') >> {log}");
        }

        hooks["startContainer"] = Hook("/bin/sh", "cat > /tmp/start-container");
        _bundle.Config["hooks"] = hooks;
        _bundle.Start("sleep 60");
        _bundle.Command("delete", "--force", _bundle.Id).Succeeded();
        Assert.Equal(
            ["prestart creating\"", "createRuntime creating\"", "createContainer creating\"", "poststart running\"", "poststop stopped\""], File.ReadAllLines(log));
        Assert.Contains(_bundle.Id, File.ReadAllText(_bundle.Rootfs + "/tmp/start-container"));
    }

    [Fact]
    public void What_a_hook_prints_is_not_output_of_the_container()
    {
        _bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = Hook("/bin/sh", "echo noise"), ["startContainer"] = Hook("/bin/sh", "echo noise") };
        Assert.Equal("said", _bundle.Shell("echo said"));
    }

    [Fact]
    public void A_hook_that_fails_leaves_no_container()
    {
        _bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = Hook("/bin/sh", "exit 3") };
        Outcome outcome = _bundle.Create("true");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("hook", outcome.Error);
        Assert.False(Directory.Exists(Path.Combine(_bundle.StateRoot, _bundle.Id)));
        Assert.Empty(_bundle.LeftCgroups());
    }

    [Fact]
    public void A_hook_that_hangs_is_ended()
    {
        _bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = Hook("/bin/sh", "sleep 30", timeout: 1) };
        Assert.NotEqual(0, _bundle.Create("true").Code);
    }

    [Fact]
    public void Hundreds_of_cycles_leave_nothing()
    {
        string[] before = [.. File.ReadLines("/proc/self/mountinfo")];
        for (int cycle = 0; cycle < 300; cycle++)
        {
            _bundle.Start("sleep 60");
            _bundle.Command("delete", "--force", _bundle.Id).Succeeded();
        }

        Assert.Empty(_bundle.LeftCgroups());
        Assert.Empty(MountTable.Below(_bundle.Location));
        Assert.Equal(before, File.ReadLines("/proc/self/mountinfo"));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_bundle.StateRoot), entry => !Path.GetFileName(entry).StartsWith('.'));
    }

    private static JsonArray Hook(string path, string script, int? timeout = null)
    {
        var hook = new JsonObject { ["path"] = path, ["args"] = new JsonArray("sh", "-c", script), ["env"] = new JsonArray("PATH=/usr/bin:/bin") };
        if (timeout is { } seconds)
        {
            hook["timeout"] = seconds;
        }

        return new JsonArray(hook);
    }
}
