using Wharf.Engine;
using Wharf.Engine.Builds.Solve;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Solve;

/// <summary>Names against patterns, by the rules of Go's filepath.Match.</summary>
public sealed class PathPatternTests
{
    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("*.go", "main.go", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("?", "a", true)]
    [InlineData("?", "ab", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[\\-x]", "-", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("tw?", "two", true)]
    public void A_name_matches_or_not(string pattern, string name, bool expected) => Assert.Equal(expected, PathPattern.Matches(pattern, name));

    [Theory]
    [InlineData("[a")]
    [InlineData("a\\")]
    [InlineData("[")]
    [InlineData("x[^")]
    public void A_pattern_that_is_none_is_refused(string pattern) =>
        Assert.Equal($"syntax error in pattern: {pattern}", Assert.Throws<WharfException>(() => PathPattern.Parse(pattern)).Message);

    [Fact]
    public void Many_stars_do_not_take_for_ever() =>
        Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 100)) + "b", new string('a', 10_000)));
}
