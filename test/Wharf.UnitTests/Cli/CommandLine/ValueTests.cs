using Wharf.Cli.CommandLine.Values;
using Xunit;

namespace Wharf.UnitTests.Cli.CommandLine;

public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("5b", 5)]
    [InlineData("64m", 64L << 20)]
    [InlineData("64M", 64L << 20)]
    [InlineData("64MB", 64L << 20)]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("1 kb", 1024)]
    [InlineData("-1", -1)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("", "invalid size: ''")]
    [InlineData("m", "invalid size: 'm'")]
    [InlineData("5x", "invalid suffix: 'x'")]
    [InlineData("5kk", "invalid suffix: 'kk'")]
    [InlineData("-5", "invalid size: '-5'")]
    public void What_is_no_size(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ByteSize.Parse(text)).Message);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("1h2m3s", 3_723_000)]
    [InlineData("-10s", -10_000)]
    public void Durations(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1..5s")]
    public void What_is_no_duration(string text) => Assert.Throws<FormatException>(() => GoDuration.Parse(text));

    [Theory]
    [InlineData("1.5", 1_500_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("2", 2_000_000_000)]
    public void Cpus(string text, long nano) => Assert.Equal(nano, CpuCount.Parse(text));

    [Theory]
    [InlineData("a", "failed to parse a as a rational number")]
    [InlineData("0.0000000001", "value is too precise")]
    public void What_is_no_number_of_cpus(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => CpuCount.Parse(text)).Message);

    /// <summary>Whatever comes in, parsers answer with a value or a FormatException, never with something else.</summary>
    [Fact]
    public void Noise_is_refused_politely()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const string Letters = "0123456789.-+ kmgbi:/=,hsunµx\"";
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)]));
            foreach (Action parse in (Action[])[() => ByteSize.Parse(text), () => GoDuration.Parse(text), () => CpuCount.Parse(text)])
            {
                Exception? thrown = Record.Exception(parse);
                Assert.True(thrown is null or FormatException, $"seed {seed}, \"{text}\": {thrown}");
            }
        }
    }
}
