using System.Text;
using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Oci;

public sealed class ImageReferenceTests
{
    private const string Sha = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData("debian", "docker.io/library/debian", "debian")]
    [InlineData("debian:bookworm", "docker.io/library/debian:bookworm", "debian:bookworm")]
    [InlineData("docker.io/debian", "docker.io/library/debian", "debian")]
    [InlineData("index.docker.io/debian", "docker.io/library/debian", "debian")]
    [InlineData("docker.io/library/debian", "docker.io/library/debian", "debian")]
    [InlineData("library/debian", "docker.io/library/debian", "debian")]
    [InlineData("docker.io/library/foo/bar", "docker.io/library/foo/bar", "library/foo/bar")]
    [InlineData("grafana/loki:2.9", "docker.io/grafana/loki:2.9", "grafana/loki:2.9")]
    [InlineData("localhost/app", "localhost/app", "localhost/app")]
    [InlineData("localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1")]
    [InlineData("LOCALHOST/app", "LOCALHOST/app", "LOCALHOST/app")]
    [InlineData("127.0.0.1:5000/a/b/c", "127.0.0.1:5000/a/b/c", "127.0.0.1:5000/a/b/c")]
    [InlineData("[::1]:5000/app", "[::1]:5000/app", "[::1]:5000/app")]
    [InlineData("registry.example.com/a__b/c-d---e.f", "registry.example.com/a__b/c-d---e.f", "registry.example.com/a__b/c-d---e.f")]
    [InlineData("app:_x.-", "docker.io/library/app:_x.-", "app:_x.-")]
    [InlineData("xn--n3h.com/app", "xn--n3h.com/app", "xn--n3h.com/app")]
    [InlineData("host:80", "docker.io/library/host:80", "host:80")]
    public void Knows_the_familiar_and_the_canonical_form(string text, string canonical, string familiar)
    {
        ImageReference reference = ImageReference.Parse(text);
        Assert.Equal(canonical, reference.ToString());
        Assert.Equal(familiar, reference.Familiar);
        Assert.Equal(reference, ImageReference.Parse(canonical));
        Assert.Equal(reference, ImageReference.Parse(familiar));
    }

    [Theory]
    [InlineData("", "invalid reference format")]
    [InlineData(":tag", "invalid reference format")]
    [InlineData("a//b", "invalid reference format")]
    [InlineData("/a", "invalid reference format")]
    [InlineData("a/", "invalid reference format")]
    [InlineData("-a", "invalid reference format")]
    [InlineData("a_", "invalid reference format")]
    [InlineData("a..b", "invalid reference format")]
    [InlineData("a___b", "invalid reference format")]
    [InlineData("a b", "invalid reference format")]
    [InlineData("a\n", "invalid reference format")]
    [InlineData("a:-tag", "invalid reference format")]
    [InlineData("a@sha256:abc", "invalid reference format")]
    [InlineData("https://host/a", "invalid reference format")]
    [InlineData("../../etc/passwd", "invalid reference format")]
    [InlineData("host:port/a", "invalid reference format")]
    [InlineData("[::1/a", "invalid reference format")]
    [InlineData("Foo", "invalid reference format: repository name (library/Foo) must be lowercase")]
    [InlineData("library/Foo:Tag", "invalid reference format: repository name (library/Foo) must be lowercase")]
    [InlineData("localhost:5000/App", "invalid reference format: repository name (App) must be lowercase")]
    [InlineData("a@md5:d41d8cd98f00b204e9800998ecf8427e", "unsupported digest algorithm")]
    [InlineData("a@sha256:ffffffffffffffffffffffffffffffff", "invalid checksum digest length")]
    public void Refuses_in_dockers_words(string text, string problem)
    {
        Assert.Equal(problem, Assert.Throws<FormatException>(() => ImageReference.Parse(text)).Message);
        Assert.False(ImageReference.TryParse(text, out _));
    }

    [Fact]
    public void A_full_id_is_no_name()
    {
        string id = new('a', 64);
        Assert.Equal(
            $"invalid repository name ({id}), cannot specify 64-byte hexadecimal strings",
            Assert.Throws<FormatException>(() => ImageReference.Parse(id)).Message);
        Assert.True(ImageReference.IsIdentifier(id));
        Assert.Equal("aaaa", ImageReference.Parse("aaaa").FamiliarName);
    }

    [Fact]
    public void Limits_lengths()
    {
        Assert.Equal(128, ImageReference.Parse("a:" + new string('t', 128)).Tag!.Length);
        Assert.Throws<FormatException>(() => ImageReference.Parse("a:" + new string('t', 129)));
        Assert.Equal(255, ImageReference.Parse("host.io/" + new string('a', 255)).Path.Length);
        Assert.Equal(
            "repository name must not be more than 255 characters",
            Assert.Throws<FormatException>(() => ImageReference.Parse("host.io/" + new string('a', 256))).Message);
    }

    [Fact]
    public void Keeps_tag_and_digest_apart()
    {
        ImageReference both = ImageReference.Parse($"debian:12@{Sha}");
        Assert.Equal("12", both.Tag);
        Assert.Equal(Sha, both.Digest!.ToString());
        Assert.Equal($"debian:12@{Sha}", both.WithDefaultTag().Familiar);
        Assert.Equal("debian:latest", ImageReference.Parse("debian").WithDefaultTag().Familiar);
        Assert.Equal($"debian@{Sha}", ImageReference.Parse("debian:12").WithDigest(Digest.Parse(Sha)).Familiar);
        Assert.Equal("invalid tag format", Assert.Throws<FormatException>(() => both.WithTag("no good")).Message);
    }

    [Fact]
    public void Whatever_parses_is_the_same_after_printing()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string text = Generate(random);
            if (!ImageReference.TryParse(text, out ImageReference? reference))
            {
                continue;
            }

            parsed++;
            string where = $"seed {seed}, \"{text}\"";
            Assert.True(reference == ImageReference.Parse(reference.ToString()), where);
            Assert.True(reference == ImageReference.Parse(reference.Familiar), where);
            Assert.True(!reference.Path.Any(char.IsAsciiLetterUpper) && !reference.Path.Contains("..", StringComparison.Ordinal), where);
        }

        Assert.True(parsed > 500, $"seed {seed}: the generator makes too few good ones ({parsed})");
    }

    private static string Generate(Random random)
    {
        string[] pieces = ["a", "lib", "library", "docker.io", "localhost", "host.com", ":", "/", "/", ":5000", ".", "_", "__", "-", "A", "0", "@", "@" + Sha, "[::1]", " ", "é"];
        var text = new StringBuilder();
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            text.Append(pieces[random.Next(pieces.Length)]);
        }

        return text.ToString();
    }
}
