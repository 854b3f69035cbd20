using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Cache;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Cache;

/// <summary>Filters of <c>builder prune</c>.</summary>
public sealed class CacheFilterTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(10);

    private static readonly BuildCacheRecord s_record = new(
        "abc", ["p1"], "regular", "RUN make", InUse: false, IsShared: true, 10, s_now.AddHours(-5), s_now.AddHours(-2), 3);

    [Theory]
    [InlineData("id", "abc", true)]
    [InlineData("id!", "abc", false)]
    [InlineData("parent", "p1", true)]
    [InlineData("type", "exec.cachemount", false)]
    [InlineData("type!", "exec.cachemount", true)]
    [InlineData("description~", "make", true)]
    [InlineData("shared", "true", true)]
    [InlineData("private", "true", false)]
    [InlineData("inuse", "true", false)]
    [InlineData("mutable", "false", true)]
    [InlineData("until", "1h", true)]
    [InlineData("unused-for", "3h", false)]
    public void A_record_is_let_through_or_not(string name, string value, bool expected) =>
        Assert.Equal(expected, CacheFilter.Parse(new Dictionary<string, IReadOnlyList<string>> { [name] = [value] }, s_now)(s_record));

    [Theory]
    [InlineData("color", "red", "invalid filter 'color'")]
    [InlineData("until", "soon", "invalid duration \"soon\" in filter 'until'")]
    public void What_is_no_filter_is_refused(string name, string value, string message) => Assert.Equal(
        message,
        Assert.Throws<WharfException>(() => CacheFilter.Parse(new Dictionary<string, IReadOnlyList<string>> { [name] = [value] }, s_now)).Message);
}
