using Wharf.Cli.Output;
using Xunit;

namespace Wharf.UnitTests.Cli.Output;

public sealed class NaturalOrderTests
{
    [Theory]
    [InlineData("web2", "web10")]
    [InlineData("web", "web1")]
    [InlineData("a10b", "a10c")]
    [InlineData("a2b9", "a10b1")]
    [InlineData("8080", "43355")]
    [InlineData("99999999999999999999", "100000000000000000000")]
    [InlineData("1.x", "a")]
    public void The_first_comes_first(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(first, first));
    }
}
