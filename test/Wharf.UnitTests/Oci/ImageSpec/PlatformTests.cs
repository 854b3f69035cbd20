using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Oci.ImageSpec;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("Linux/AMD64/v1", "linux/amd64")]
    [InlineData("linux/amd64/v3", "linux/amd64/v3")]
    [InlineData("linux/i386", "linux/386")]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm64/8", "linux/arm64")]
    [InlineData("linux/arm64/v9", "linux/arm64/v9")]
    [InlineData("linux/arm", "linux/arm/v7")]
    [InlineData("linux/armhf", "linux/arm/v7")]
    [InlineData("linux/armel", "linux/arm/v6")]
    [InlineData("linux/arm/6", "linux/arm/v6")]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("macos/arm64", "darwin/arm64")]
    public void One_spelling_for_each(string text, string normalized) => Assert.Equal(normalized, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("linux/")]
    [InlineData("linux/amd64/v1/x")]
    [InlineData("toaster")]
    [InlineData("li nux/amd64")]
    public void Refuses_nonsense(string text) => Assert.Throws<FormatException>(() => Platform.Parse(text));

    [Theory]
    [InlineData("linux/amd64", "linux/arm64 linux/amd64 linux/386", 1)]
    [InlineData("linux/amd64", "linux/386 unknown/unknown", 0)]
    [InlineData("linux/amd64", "linux/amd64/v1", 0)]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v4", 1)]
    [InlineData("linux/arm64", "linux/arm/v6 linux/arm/v7 linux/amd64", 1)]
    [InlineData("linux/arm64", "linux/arm64/v8 linux/arm/v7", 0)]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v6 linux/arm64", 1)]
    [InlineData("linux/arm/v6", "linux/arm/v7", -1)]
    [InlineData("linux/arm64", "linux/amd64 windows/arm64", -1)]
    [InlineData("linux/s390x", "linux/amd64 none", 1)]
    [InlineData("linux/amd64", "none linux/amd64", 1)]
    public void Takes_the_best_entry_of_an_index(string wanted, string entries, int expected)
    {
        Descriptor[] manifests = [.. entries.Split(' ').Select((entry, i) => new Descriptor
        {
            Digest = Digest.Of(BitConverter.GetBytes(i)),
            Size = i,
            Platform = entry == "none" ? null : new Platform(entry.Split('/')[0], entry.Split('/')[1], entry.Split('/').ElementAtOrDefault(2)),
        })];
        Descriptor? chosen = new PlatformMatcher(Platform.Parse(wanted)).Choose(new ImageIndex { Manifests = manifests });
        Assert.Equal(expected, chosen is null ? -1 : Array.IndexOf(manifests, chosen));
    }
}
