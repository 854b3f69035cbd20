using Wharf.Cli.CommandLine;
using Xunit;

namespace Wharf.UnitTests.Cli.CommandLine;

public sealed class SuggestionsTests
{
    private static readonly string[] s_names = ["run", "rm", "rmi", "ps", "images", "image", "pull", "inspect"];

    [Theory]
    [InlineData("rnu", "run")]
    [InlineData("imagess", "images")]
    [InlineData("isnpect", "inspect")]
    [InlineData("insp", "inspect")]
    [InlineData("pul", "pull")]
    public void The_nearest_name_comes_first(string typed, string meant) => Assert.Equal(meant, Suggestions.For(typed, s_names)[0]);

    [Fact]
    public void Something_else_altogether_suggests_nothing() => Assert.Empty(Suggestions.For("kubernetes", s_names));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance(string from, string to, int edits) => Assert.Equal(edits, Suggestions.Distance(from, to));
}
