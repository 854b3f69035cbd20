using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class ExposedPortTests
{
    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80/tcp", "80/tcp")]
    [InlineData("53/udp", "53/udp")]
    [InlineData("53/UDP", "53/udp")]
    [InlineData("9/sctp", "9/sctp")]
    [InlineData("80/", "80/tcp")]
    [InlineData("8000-8002", "8000/tcp 8001/tcp 8002/tcp")]
    [InlineData("7-8/udp", "7/udp 8/udp")]
    [InlineData("7-7", "7/tcp")]
    [InlineData("0", "0/tcp")]
    [InlineData("8080:80", "80/tcp")]
    [InlineData("127.0.0.1:8080:80/udp", "80/udp")]
    [InlineData("[::1]:8080:80", "80/tcp")]
    [InlineData("8000-8001:80-81", "80/tcp 81/tcp")]
    [InlineData("8000-8009:80", "80/tcp")]
    public void Ports_and_ranges_are_read(string text, string ports) => Assert.Equal(ports, string.Join(' ', ExposedPort.Parse(WordOf(text))));

    [Theory]
    [InlineData("/tcp", "invalid port: \"/tcp\": no port specified")]
    [InlineData("80/http", "invalid port: \"80/http\": invalid proto: http")]
    [InlineData("http", "invalid containerPort: http")]
    [InlineData("65536", "invalid containerPort: 65536")]
    [InlineData("-1", "invalid containerPort: -1")]
    [InlineData("9-8", "invalid containerPort: 9-8")]
    [InlineData("1-2-3", "invalid containerPort: 1-2-3")]
    [InlineData("host:80", "invalid hostPort: host")]
    [InlineData("999.1.1.1:80:80", "invalid IP address: 999.1.1.1")]
    [InlineData("1-3:80-81", "invalid ranges specified for container and host Ports: 80-81 and 1-3")]
    public void Anything_else_is_refused(string text, string problem) =>
        Assert.Equal(problem, Assert.Throws<DockerfileException>(() => ExposedPort.Parse(WordOf(text)).ToList()).Problem);

    private static Word WordOf(string text) => new(text, new SourceRange(new SourceText("Dockerfile", [text]), new SourcePosition(1, 1), new SourcePosition(1, 1)));
}
