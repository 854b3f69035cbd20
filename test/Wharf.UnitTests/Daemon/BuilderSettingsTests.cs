using System.Text;
using Wharf.Daemon.Configuration;
using Wharf.Engine;
using Xunit;

namespace Wharf.UnitTests.Daemon;

/// <summary>The key <c>builder</c> of daemon.json.</summary>
public sealed class BuilderSettingsTests
{
    [Fact]
    public void Default_limits_are_read_by_both_generations_of_names()
    {
        Assert.Equal(new BuildCacheLimits(ReservedSpace: 10L << 30), Read("""{"gc": {"enabled": true, "defaultKeepStorage": "10GB"}}""").Limits);
        Assert.Equal(
            new BuildCacheLimits(1 << 20, 2 << 20, 3 << 20),
            Read("""{"GC": {"defaultReservedSpace": "1mb", "DefaultMaxUsedSpace": "2MiB", "defaultMinFreeSpace": 3145728}}""").Limits);
        Assert.False(Read("""{"gc": {"enabled": false}}""").IsCollected);
        Assert.True(Read("""{"entitlements": {"network-host": true}}""").IsCollected);
    }

    [Theory]
    [InlineData("""["unused-for=48h", "type=regular", "type=source.local"]""")]
    [InlineData("""{"unused-for": ["48h"], "type": {"regular": true, "source.local": true}}""")]
    public void A_policy_has_filters_in_every_form(string filter)
    {
        IReadOnlyList<BuildCacheRule> policy = Read(
            $$$"""{"gc": {"policy": [{"keepStorage": "1GB", "filter": {{{filter}}}}, {"all": true, "maxUsedSpace": "2GB"}]}}""").Policy!;
        Assert.Equal(["48h"], policy[0].Filters["unused-for"]);
        Assert.Equal(["regular", "source.local"], policy[0].Filters["type"]);
        Assert.Equal(new BuildCacheLimits(ReservedSpace: 1L << 30), policy[0].Limits);
        Assert.True(policy[1].All);
        Assert.Equal(new BuildCacheLimits(MaxUsedSpace: 2L << 30), policy[1].Limits);
    }

    [Theory]
    [InlineData("""{"gc": {"defaultKeepStorage": "much"}}""", "\"builder.gc.defaultKeepStorage\": invalid size: 'much'")]
    [InlineData("""{"gc": {"defaultKeep": "1"}}""", "the following directives don't match any configuration option: builder.gc.defaultKeep")]
    [InlineData("""{"gc": {"enabled": 1}}""", "\"builder.gc.enabled\" cannot be number")]
    [InlineData("""{"gc": {"policy": [{"filter": ["x"]}]}}""", "bad format of filter (expected name=value) in \"builder.gc.policy.filter\": x")]
    [InlineData("""{"cg": {}}""", "the following directives don't match any configuration option: builder.cg")]
    [InlineData("[]", "\"builder\" cannot be array")]
    public void What_is_wrong_is_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Read(json)).Message);

    private static BuildCacheOptions Read(string json) =>
        DaemonSettings.From(ConfigurationFile.Parse(Encoding.UTF8.GetBytes($$$"""{"builder": {{{json}}}}"""), [])).Engine.BuildCache;
}
