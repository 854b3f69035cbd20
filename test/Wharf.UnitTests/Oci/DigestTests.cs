using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Oci;

public sealed class DigestTests
{
    private static readonly string Hex64 = new('a', 64);

    [Fact]
    public void Parses_sha256_and_sha512()
    {
        Digest digest = Digest.Parse($"sha256:{Hex64}");
        Assert.Equal("sha256", digest.Algorithm);
        Assert.Equal(Hex64, digest.Hex);
        Assert.Equal($"sha256:{Hex64}", digest.ToString());
        Assert.Equal("sha512", Digest.Parse("sha512:" + Hex64 + Hex64).Algorithm);
    }

    [Theory]
    [InlineData("", "invalid checksum digest format")]
    [InlineData("sha256", "invalid checksum digest format")]
    [InlineData("sha256:", "invalid checksum digest format")]
    [InlineData(":abc", "invalid checksum digest format")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e", "unsupported digest algorithm")]
    [InlineData("sha256:abc", "invalid checksum digest length")]
    [InlineData("sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid checksum digest format")]
    [InlineData("sha256:../../../../etc/passwd000000000000000000000000000000000000000000", "invalid checksum digest format")]
    public void Refuses_what_is_none(string text, string problem)
    {
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Digest.Parse(text)).Message);
        Assert.False(Digest.TryParse(text, out _));
    }

    [Fact]
    public void Addresses_content()
    {
        Digest digest = Digest.Of("abc"u8);
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.ToString());
        Assert.True(digest.Matches("abc"u8));
        Assert.False(digest.Matches("abd"u8));
    }
}
