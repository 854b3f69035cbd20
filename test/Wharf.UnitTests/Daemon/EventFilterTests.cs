using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Wharf.Engine.Events;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class EventFilterTests
{
    private static readonly EngineEvent Died = new(
        "container", "die", "abcdef", new Dictionary<string, string> { ["name"] = "web", ["image"] = "debian:bookworm", ["tier"] = "front" }, DateTimeOffset.UnixEpoch);

    private static readonly EngineEvent Exec = Died with { Action = "exec_start: sh -c true" };

    [Theory]
    [InlineData("type", "container", true)]
    [InlineData("type", "image", false)]
    [InlineData("event", "die", true)]
    [InlineData("event", "start", false)]
    [InlineData("container", "web", true)]
    [InlineData("container", "/web", true)]
    [InlineData("container", "abc", true)]
    [InlineData("container", "other", false)]
    [InlineData("image", "debian", true)]
    [InlineData("image", "debian:bookworm", true)]
    [InlineData("image", "busybox", false)]
    [InlineData("label", "tier", true)]
    [InlineData("label", "tier=front", true)]
    [InlineData("label", "tier=back", false)]
    [InlineData("volume", "web", false)]
    [InlineData("scope", "local", true)]
    [InlineData("scope", "swarm", false)]
    public void One_filter(string name, string value, bool passes) => Assert.Equal(passes, Matches(Died, (name, value)));

    [Fact]
    public void All_names_must_match_and_of_the_values_of_one_any()
    {
        Assert.True(Matches(Died, ("event", "start"), ("event", "die"), ("type", "container")));
        Assert.False(Matches(Died, ("event", "die"), ("type", "image")));
    }

    [Fact]
    public void A_detail_after_the_action_need_not_be_named() => Assert.True(Matches(Exec, ("event", "exec_start")));

    [Fact]
    public void Unknown_filters_are_refused() => Assert.Throws<WharfException>(() => Matches(Died, ("colour", "red")));

    private static bool Matches(EngineEvent happened, params (string Name, string Value)[] filters) => EventFilter.From(
        filters.GroupBy(filter => filter.Name).ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(filter => filter.Value)]))(happened);
}
