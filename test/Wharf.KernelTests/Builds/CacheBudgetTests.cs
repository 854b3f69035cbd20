using Wharf.Engine;
using Wharf.Engine.Images;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>The cache is kept small after each build, as the settings say.</summary>
public sealed class CacheBudgetTests
{
    [Fact]
    public async Task What_was_used_longest_ago_goes_once_the_limit_is_passed()
    {
        await using BuildRig rig = await BuildRig.StartAsync(new BuildCacheOptions { Limits = new BuildCacheLimits(MaxUsedSpace: 3 << 20) });
        await BuildAsync(rig, "old");
        await BuildAsync(rig, "new");
        await rig.BuildAsync("FROM busybox\nENV A=b");
        await rig.RestartAsync();
        Assert.Contains("/new", Assert.Single(rig.Builds.Usage()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_takes_what_its_filters_let_through_and_nothing_else()
    {
        var rule = new BuildCacheRule(All: false, new Dictionary<string, IReadOnlyList<string>> { ["description~"] = ["/one"] }, new BuildCacheLimits());
        await using BuildRig rig = await BuildRig.StartAsync(new BuildCacheOptions { Policy = [rule] });
        await BuildAsync(rig, "one");
        await BuildAsync(rig, "two");
        await rig.BuildAsync("FROM busybox\nENV A=b");
        await rig.RestartAsync();
        Assert.Contains("/two", Assert.Single(rig.Builds.Usage()).Description, StringComparison.Ordinal);
    }

    /// <summary>A step of 2 MiB that no image has any more.</summary>
    private static async Task BuildAsync(BuildRig rig, string name)
    {
        Built built = await rig.BuildAsync($"FROM busybox\nRUN dd if=/dev/zero of=/{name} bs=1M count=2");
        rig.Engine.Images.Remove(new RemoveImageRequest { Name = built.Image.Id.ToString() });
    }
}
