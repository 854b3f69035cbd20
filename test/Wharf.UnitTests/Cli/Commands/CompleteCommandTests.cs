using Wharf.UnitTests.Cli.Harness;
using Xunit;

namespace Wharf.UnitTests.Cli.Commands;

/// <summary>What the shells are offered.</summary>
public sealed class CompleteCommandTests
{
    [Theory]
    [InlineData("im", "images image import")]
    [InlineData("network|in", "inspect")]
    [InlineData("run|--cpu", "--cpus --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems")]
    [InlineData("run|--rm|busybox|", ":files")]
    [InlineData("run|-e|", ":files")]
    [InlineData("stop|", "web")]
    [InlineData("start|d", "db")]
    [InlineData("rm|web|", "web db")]
    [InlineData("-H|", "")]
    [InlineData("nonsense|", "")]
    public void Words(string line, string offered)
    {
        using var engine = new ScriptedEngine((_, _) => ScriptedEngine.Json(
            """[{"Names":["/web"],"State":"running","Image":"nginx"},{"Names":["/db"],"State":"exited","Image":"pg"}]"""));
        CommandRun run = engine.Run(["__complete", "--", .. line.Split('|')]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            offered.Split(' ').Order(), run.Out.TrimEnd('\n').Split('\n').Select(candidate => candidate.Split('\t')[0]).Order());
    }
}
