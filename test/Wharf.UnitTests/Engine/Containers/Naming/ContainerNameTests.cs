using Wharf.Engine;
using Wharf.Engine.Containers.Naming;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Naming;

public sealed class ContainerNameTests
{
    [Theory]
    [InlineData("web", "web")]
    [InlineData("/web", "web")]
    [InlineData("a_b.c-9", "a_b.c-9")]
    public void Good_names(string given, string name) => Assert.Equal(name, ContainerName.Parse(given));

    [Theory]
    [InlineData("a")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("_a")]
    [InlineData("ünder")]
    public void Bad_names(string given) => Assert.Equal(
        $"Invalid container name ({given}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        Assert.Throws<WharfException>(() => ContainerName.Parse(given)).Message);

    [Fact]
    public void Random_names_keep_the_rule()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            string name = RandomName.Pick(attempt);
            Assert.Equal(name, ContainerName.Parse(name));
            Assert.Contains('_', name);
        }
    }
}
