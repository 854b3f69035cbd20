using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Cache;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Cache;

/// <summary>What is pruned after each build.</summary>
public sealed class CacheRulesTests
{
    private const long Disk = 100L << 30;

    [Fact]
    public void Without_settings_a_tenth_of_the_disk_is_the_limit()
    {
        IReadOnlyList<BuildPruneRequest> rules = CacheRules.Of(new BuildCacheOptions(), Disk);
        Assert.Equal([512L << 20, 10L << 30, 10L << 30], rules.Select(rule => rule.MaxUsedSpace));
        Assert.Equal(["48h"], rules[0].Filters["unused-for"]);
        Assert.Equal(["source.local", "exec.cachemount"], rules[0].Filters["type"]);
        Assert.Equal(["1440h"], rules[1].Filters["unused-for"]);
        Assert.Empty(rules[2].Filters);
        Assert.Equal(20L << 30, CacheRules.Of(new BuildCacheOptions(), 1L << 50)[^1].MaxUsedSpace);
    }

    [Fact]
    public void Limits_that_are_given_take_the_place_of_the_default_one()
    {
        var options = new BuildCacheOptions { Limits = new BuildCacheLimits(ReservedSpace: 5, MinFreeSpace: 7) };
        BuildPruneRequest rule = CacheRules.Of(options, Disk)[^1];
        Assert.Equal((5L, null, 7L), (rule.ReservedSpace, rule.MaxUsedSpace, rule.MinFreeSpace));
    }

    [Fact]
    public void A_policy_is_taken_as_it_is()
    {
        var filters = new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["regular"] };
        BuildPruneRequest rule = Assert.Single(CacheRules.Of(
            new BuildCacheOptions { Policy = [new BuildCacheRule(All: true, filters, new BuildCacheLimits(MaxUsedSpace: 3))] }, Disk));
        Assert.True(rule.All);
        Assert.Same(filters, rule.Filters);
        Assert.Equal(3, rule.MaxUsedSpace);
    }

    [Fact]
    public void Nothing_is_pruned_where_that_is_turned_off() => Assert.Empty(CacheRules.Of(new BuildCacheOptions { IsCollected = false }, Disk));
}
