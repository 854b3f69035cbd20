using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class ModeChangeTests
{
    [Theory]
    [InlineData("755", "644", false, "755")]
    [InlineData("0755", "644", false, "755")]
    [InlineData("7777", "644", false, "7777")]
    [InlineData("0", "644", false, "0")]
    [InlineData("u+x", "644", false, "744")]
    [InlineData("+x", "644", false, "755")]
    [InlineData("a+x", "644", false, "755")]
    [InlineData("go-r", "644", false, "600")]
    [InlineData("u=rwX,go=rX", "600", false, "644")]
    [InlineData("u=rwX,go=rX", "600", true, "755")]
    [InlineData("u=rwX,go=rX", "700", false, "755")]
    [InlineData("g=u", "640", false, "660")]
    [InlineData("o=g", "754", false, "755")]
    [InlineData("u+s", "755", false, "4755")]
    [InlineData("g+s", "755", true, "2755")]
    [InlineData("+t", "777", true, "1777")]
    [InlineData("a=", "4777", false, "0")]
    [InlineData("a=rx", "2770", true, "2555")]
    [InlineData("u+w-x+r", "500", false, "600")]
    [InlineData("ug=rw,o=", "777", false, "660")]
    [InlineData("=r", "777", false, "444")]
    public void Modes_change_as_by_chmod(string change, string mode, bool isDirectory, string result) =>
        Assert.Equal(Convert.ToUInt32(result, 8), ModeChange.Parse(WordOf(change)).Apply(Convert.ToUInt32(mode, 8), isDirectory));

    [Theory]
    [InlineData("10000", "invalid chmod parameter: '10000'. it should be octal string and between 0 and 07777")]
    [InlineData("888", "invalid chmod parameter: '888'. it should be octal string and between 0 and 07777")]
    [InlineData("99999999999", "invalid chmod parameter: '99999999999'. it should be octal string and between 0 and 07777")]
    [InlineData("x", "invalid chmod parameter: 'x'. it should be octal, or symbolic as in u=rwX,go-w")]
    [InlineData("u+q", "invalid chmod parameter: 'u+q'. it should be octal, or symbolic as in u=rwX,go-w")]
    [InlineData("z+x", "invalid chmod parameter: 'z+x'. it should be octal, or symbolic as in u=rwX,go-w")]
    [InlineData("u+x,", "invalid chmod parameter: 'u+x,'. it should be octal, or symbolic as in u=rwX,go-w")]
    [InlineData("g=ux", "invalid chmod parameter: 'g=ux'. it should be octal, or symbolic as in u=rwX,go-w")]
    public void Anything_else_is_refused(string change, string problem) =>
        Assert.Equal(problem, Assert.Throws<DockerfileException>(() => ModeChange.Parse(WordOf(change))).Problem);

    private static Word WordOf(string text) => new(text, new SourceRange(new SourceText("Dockerfile", [text]), new SourcePosition(1, 1), new SourcePosition(1, 1)));
}
