using Wharf.Daemon.Mapping;
using Wharf.Engine.Containers;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class StatusTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.3, "Less than a second")]
    [InlineData(1.2, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(119, "About a minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(5399, "About an hour")]
    [InlineData(5400, "2 hours")]
    [InlineData(3600 * 47, "47 hours")]
    [InlineData(3600 * 48, "2 days")]
    [InlineData(3600 * 24 * 14, "2 weeks")]
    [InlineData(3600 * 24 * 60, "2 months")]
    [InlineData(3600L * 24 * 365 * 2, "2 years")]
    public void Durations_are_dockers(double seconds, string expected) => Assert.Equal(expected, StatusText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(ContainerStatus.Created, "created", "Created")]
    [InlineData(ContainerStatus.Running, "running", "Up 5 seconds")]
    [InlineData(ContainerStatus.Paused, "paused", "Up 5 seconds (Paused)")]
    [InlineData(ContainerStatus.Restarting, "restarting", "Restarting (3) 2 seconds ago")]
    [InlineData(ContainerStatus.Removing, "removing", "Removal In Progress")]
    [InlineData(ContainerStatus.Exited, "exited", "Exited (3) 2 seconds ago")]
    [InlineData(ContainerStatus.Dead, "dead", "Dead")]
    public void Every_state_has_its_words(ContainerStatus status, string state, string text)
    {
        var container = new ContainerState { Status = status, ExitCode = 3, StartedAt = Now.AddSeconds(-5), FinishedAt = Now.AddSeconds(-2) };
        Assert.Equal((state, text), (StatusText.State(status), StatusText.Status(container, Now)));
    }
}
