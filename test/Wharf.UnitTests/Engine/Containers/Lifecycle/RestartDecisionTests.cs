using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Lifecycle;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Lifecycle;

public sealed class RestartDecisionTests
{
    [Theory]
    [InlineData("no", 0, 1, 0, false, false)]
    [InlineData("always", 0, 0, 100, false, true)]
    [InlineData("always", 0, 0, 0, true, false)]
    [InlineData("unless-stopped", 0, 1, 0, false, true)]
    [InlineData("unless-stopped", 0, 1, 0, true, false)]
    [InlineData("on-failure", 0, 0, 0, false, false)]
    [InlineData("on-failure", 0, 1, 1000, false, true)]
    [InlineData("on-failure", 3, 1, 2, false, true)]
    [InlineData("on-failure", 3, 1, 3, false, false)]
    [InlineData("on-failure", 3, 137, 0, true, false)]
    public void Policy(string policy, int maximum, int exitCode, int restarts, bool stopped, bool again) =>
        Assert.Equal(again, RestartDecision.ShouldRestart(new RestartPolicy(policy, maximum), exitCode, restarts, stopped));

    [Fact]
    public void Pauses_double_up_to_a_minute()
    {
        List<double> pauses = [];
        TimeSpan pause = TimeSpan.Zero;
        for (int i = 0; i < 12; i++)
        {
            pause = RestartDecision.NextPause(pause, ran: TimeSpan.FromSeconds(1));
            pauses.Add(pause.TotalSeconds);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60], pauses);
    }

    [Fact]
    public void A_run_of_ten_seconds_forgives() =>
        Assert.Equal(RestartDecision.FirstPause, RestartDecision.NextPause(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)));

    [Theory]
    [InlineData("always", true, true)]
    [InlineData("always", false, true)]
    [InlineData("unless-stopped", true, false)]
    [InlineData("unless-stopped", false, true)]
    [InlineData("on-failure", false, false)]
    [InlineData("no", false, false)]
    public void At_the_start_of_the_engine(string policy, bool stopped, bool starts)
    {
        var ran = new ContainerState { Status = ContainerStatus.Exited, StartedAt = DateTimeOffset.UnixEpoch, StoppedByUser = stopped };
        Assert.Equal(starts, RestartDecision.ShouldStartWithEngine(new RestartPolicy(policy), ran));
        Assert.False(RestartDecision.ShouldStartWithEngine(new RestartPolicy(policy), new ContainerState()));
    }
}
