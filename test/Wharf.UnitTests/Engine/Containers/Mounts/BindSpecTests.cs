using Wharf.Engine;
using Wharf.Engine.Containers.Mounts;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Mounts;

public sealed class BindSpecTests
{
    [Theory]
    [InlineData("/data", "", "/data", false)]
    [InlineData("/a:/b", "/a", "/b", false)]
    [InlineData("/a:/b:ro", "/a", "/b", true)]
    [InlineData("/a/../c/:/b/./d/:rw", "/c", "/b/d", false)]
    [InlineData("vol:/b:ro,z", "vol", "/b", true)]
    [InlineData("/a:/b:rshared,Z", "/a", "/b", false)]
    public void Good(string text, string source, string target, bool readOnly)
    {
        BindSpec bind = BindSpec.Parse(text);
        Assert.Equal((source, target, readOnly), (bind.Source, bind.Target, bind.ReadOnly));
    }

    [Theory]
    [InlineData("", "invalid volume specification: ''")]
    [InlineData(":/b", "invalid volume specification: ':/b'")]
    [InlineData("/a:/b:ro:x", "invalid volume specification: '/a:/b:ro:x'")]
    [InlineData("/a:/b:rw,ro", "invalid mode: rw,ro")]
    [InlineData("/a:/b:blah", "invalid mode: blah")]
    [InlineData("/a:b", "invalid volume specification: '/a:b': invalid mount config for type \"bind\": invalid mount path: 'b' mount path must be absolute")]
    [InlineData("/a:/", "invalid volume specification: '/a:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'")]
    [InlineData("/a:/b/..", "invalid volume specification: '/a:/b/..': invalid mount config for type \"bind\": invalid specification: destination can't be '/'")]
    [InlineData("vol:/b:rshared", "invalid volume specification: 'vol:/b:rshared': invalid mode: rshared")]
    public void Bad(string text, string message)
    {
        WharfException refusal = Assert.Throws<WharfException>(() => BindSpec.Parse(text));
        Assert.Equal(message, refusal.Message);
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
    }

    [Fact]
    public void A_relative_path_is_taken_for_a_name() => Assert.StartsWith(
        "create ../a: \"../a\" includes invalid characters for a local volume name",
        Assert.Throws<WharfException>(() => BindSpec.Parse("../a:/b")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void No_text_makes_it_throw_anything_else()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const string Alphabet = "/ab:,.ro\0 wzé";
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                _ = BindSpec.Parse(text);
            }
            catch (WharfException)
            {
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, \"{text}\": {other}");
            }
        }
    }
}
