using Wharf.Engine;
using Wharf.Engine.Containers;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("term", 15)]
    [InlineData("9", 9)]
    [InlineData("sigusr1", 10)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("64", 64)]
    public void Names_and_numbers(string text, int number) => Assert.Equal(number, Signals.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("SIGNOPE")]
    [InlineData("")]
    [InlineData("RTMIN+40")]
    [InlineData("RTMAX+1")]
    [InlineData("TERM+1")]
    public void Anything_else_is_refused_in_dockers_words(string text)
    {
        WharfException refusal = Assert.Throws<WharfException>(() => Signals.Parse(text));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.Equal($"invalid signal: {text}", refusal.Message);
    }
}
