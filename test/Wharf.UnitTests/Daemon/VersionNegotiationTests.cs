using Wharf.Daemon.Versions;
using Wharf.Engine;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class VersionNegotiationTests
{
    [Theory]
    [InlineData("/v1.41/info", "1.41", "/info")]
    [InlineData("/v1.24/containers/x/json", "1.24", "/containers/x/json")]
    [InlineData("/v10.0/x", "10.0", "/x")]
    public void A_version_is_taken_off_the_path(string path, string version, string rest)
    {
        Assert.True(VersionNegotiation.TrySplit(path, out ApiVersion found, out string remaining));
        Assert.Equal((version, rest), (found.ToString(), remaining));
    }

    [Theory]
    [InlineData("/volumes")]
    [InlineData("/version")]
    [InlineData("/v1/info")]
    [InlineData("/v1.x/info")]
    [InlineData("/v1.41")]
    [InlineData("/")]
    [InlineData("/v-1.2/info")]
    public void Other_paths_have_none(string path) => Assert.False(VersionNegotiation.TrySplit(path, out _, out _));

    [Theory]
    [InlineData(1, 99, "client version 1.99 is too new. Maximum supported API version is 1.55")]
    [InlineData(2, 0, "client version 2.0 is too new. Maximum supported API version is 1.55")]
    [InlineData(1, 12, "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    public void What_we_do_not_speak_is_refused_in_dockers_words(int major, int minor, string message)
    {
        WharfException refusal = Assert.Throws<WharfException>(() => VersionNegotiation.Check(new ApiVersion(major, minor)));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refusal.Kind, refusal.Message));
    }

    [Theory]
    [InlineData(1, 24)]
    [InlineData(1, 41)]
    [InlineData(1, 55)]
    public void What_we_speak_passes(int major, int minor) => VersionNegotiation.Check(new ApiVersion(major, minor));

    [Theory]
    [InlineData("/images/debian/json", "/images/debian/json")]
    [InlineData("/images/host:5000/a/b:tag/json", "/images/host:5000%2Fa%2Fb:tag/json")]
    [InlineData("/images/a/b", "/images/a%2Fb")]
    [InlineData("/images/json", "/images/json")]
    [InlineData("/images/a/json/json", "/images/a%2Fjson/json")]
    [InlineData("/images/", "/images/")]
    [InlineData("/distribution/a/b/json", "/distribution/a%2Fb/json")]
    [InlineData("/containers/a/b/json", "/containers/a/b/json")]
    public void Slashes_in_names_are_hidden_from_routing(string path, string expected) => Assert.Equal(expected, ObjectNames.EscapeSlashes(path));
}
