using Wharf.Engine.Images.Registry.Auth;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Registry;

public sealed class ChallengeTests
{
    [Fact]
    public void Reads_dockers_own()
    {
        Challenge challenge = Assert.Single(Challenge.Parse(
            """Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/debian:pull",error="insufficient_scope" """));
        Assert.True(challenge.IsBearer);
        Assert.Equal("https://auth.docker.io/token", challenge["realm"]);
        Assert.Equal("registry.docker.io", challenge["SERVICE"]);
        Assert.Equal("repository:library/debian:pull", challenge["scope"]);
        Assert.Equal("insufficient_scope", challenge["error"]);
    }

    [Fact]
    public void Reads_several_of_one_header()
    {
        IReadOnlyList<Challenge> challenges = Challenge.Parse("""Negotiate, basic realm="a, \"b\"=c", bearer realm=x , service = y""");
        Assert.Equal(["Negotiate", "basic", "bearer"], challenges.Select(challenge => challenge.Scheme));
        Assert.True(challenges[1].IsBasic);
        Assert.Equal("a, \"b\"=c", challenges[1]["realm"]);
        Assert.Equal("x", challenges[2]["realm"]);
        Assert.Equal("y", challenges[2]["service"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",,, ,")]
    [InlineData("=")]
    public void Finds_none_where_there_is_none(string header) => Assert.Empty(Challenge.Parse(header));

    [Fact]
    public void Ends_on_any_input()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const string alphabet = "Bearer realm=\"\\, \t\0é;";
        for (int i = 0; i < 20_000; i++)
        {
            string header = new([.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.True(Challenge.Parse(header).Count <= header.Length, $"seed {seed}: {header}");
        }
    }
}
