using System.Text;
using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class FiltersTests
{
    [Theory]
    [InlineData("""{"label":["a","b=c"],"status":["running"]}""")]
    [InlineData("""{"label":{"a":true,"b=c":true},"status":{"running":true,"paused":false}}""")]
    public void Both_forms_mean_the_same(string text)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> filters = Filters.Parse(text);
        Assert.Equal(["a", "b=c"], filters["label"]);
        Assert.Equal(["running"], filters["status"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Nothing_filters_nothing(string? text) => Assert.Empty(Filters.Parse(text));

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("""{"a":"b"}""")]
    [InlineData("""{"a":[1]}""")]
    [InlineData("""{"a":{"b":"c"}}""")]
    [InlineData("""{"a":[[[[[["deep"]]]]]]}""")]
    public void Malformed_ones_are_the_clients_fault(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<WharfException>(() => Filters.Parse(text)).Kind);

    [Fact]
    public void Arbitrary_text_is_parsed_or_refused_and_nothing_else()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        const string Alphabet = "{}[]\",:truefalsn 1\\u0000ab";
        for (int i = 0; i < 5000; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(40); length > 0; length--)
            {
                text.Append(Alphabet[random.Next(Alphabet.Length)]);
            }

            Exception? thrown = Record.Exception(() => Filters.Parse(text.ToString()));
            Assert.True(thrown is null or WharfException { Kind: ErrorKind.InvalidArgument }, $"seed {seed}, text {text}: {thrown}");
        }
    }
}
