using Wharf.Cli.Commands;
using Xunit;

namespace Wharf.UnitTests.Cli.Commands;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("busybox", "busybox:latest", "docker.io/library/busybox:latest", "https://index.docker.io/v1/")]
    [InlineData("me/app:1", "me/app:1", "docker.io/me/app:1", "https://index.docker.io/v1/")]
    [InlineData("docker.io/library/busybox", "docker.io/library/busybox:latest", "docker.io/library/busybox:latest", "https://index.docker.io/v1/")]
    [InlineData("localhost:5000/a", "localhost:5000/a:latest", "localhost:5000/a:latest", "localhost:5000")]
    [InlineData("ghcr.io/a/b:v2", "ghcr.io/a/b:v2", "ghcr.io/a/b:v2", "ghcr.io")]
    [InlineData("a@sha256:12", "a@sha256:12", "docker.io/library/a@sha256:12", "https://index.docker.io/v1/")]
    public void Names(string text, string withTag, string full, string key)
    {
        ImageName name = ImageName.Parse(text);
        Assert.Equal((withTag, full, key), (name.WithTag, name.Full, name.CredentialsKey));
    }
}
