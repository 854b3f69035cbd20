using System.Buffers.Binary;
using System.Text;
using Wharf.Engine.Logs;
using Xunit;

namespace Wharf.UnitTests.Engine.Logs;

public sealed class LogReaderTests : IDisposable
{
    private static readonly LogRequest Everything = new() { Stdout = true, Stderr = true };
    private readonly LogDirectory _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task WhatWasWrittenIsReadBack()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var expected = new StringBuilder();
        var json = new StringBuilder();
        for (int i = 0; i < 2000; i++)
        {
            string text = RandomText(random);
            expected.Append(text);
            json.Append(LogDirectory.Line(text, random.Next(2) == 0 ? "stdout" : "stderr"));
        }

        _log.Write(json.ToString());
        Assert.Equal(expected.ToString(), await _log.ReadAsync(Everything));
        Assert.Equal(expected.ToString(), string.Concat(Frames(await _log.ReadBytesAsync(Everything, tty: false)).Select(frame => frame.Text)));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(10), InlineData(11), InlineData(25), InlineData(30), InlineData(31), InlineData(40), InlineData(99)]
    public async Task TailReachesBackThroughRotatedAndPackedFiles(int tail)
    {
        _log.WritePacked(3, LogDirectory.Lines(1, 10));
        _log.WriteRotated(2, LogDirectory.Lines(11, 20));
        _log.WriteRotated(1, LogDirectory.Lines(21, 30));
        _log.Write(LogDirectory.Lines(31, 40));
        Assert.Equal(LogDirectory.Texts(Math.Max(1, 41 - tail), 40), await _log.ReadAsync(Everything with { Tail = tail }));
    }

    [Fact]
    public async Task TailReadsFilesOfManyChunksBackwards()
    {
        _log.Write(LogDirectory.Lines(1, 20_000));
        Assert.Equal(LogDirectory.Texts(15_001, 20_000), await _log.ReadAsync(Everything with { Tail = 5_000 }));
    }

    [Fact]
    public async Task AGapThatARotationLeavesHidesNothing()
    {
        _log.WriteRotated(2, LogDirectory.Lines(1, 10));
        _log.Write(LogDirectory.Lines(11, 20));
        Assert.Equal(LogDirectory.Texts(1, 20), await _log.ReadAsync(Everything));
    }

    [Fact]
    public async Task SinceAndUntilBoundTheTime()
    {
        _log.WriteRotated(1, LogDirectory.Lines(1, 10));
        _log.Write(LogDirectory.Lines(11, 20));
        LogRequest request = Everything with { Since = LogDirectory.Start.AddSeconds(5), Until = LogDirectory.Start.AddSeconds(15) };
        Assert.Equal(LogDirectory.Texts(5, 15), await _log.ReadAsync(request));
        Assert.Equal("", await _log.ReadAsync(Everything with { Since = LogDirectory.Start.AddSeconds(21) }));
    }

    [Fact]
    public async Task DamageIsPassedOver()
    {
        File.WriteAllBytes(_log.Current + ".2.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3]);
        _log.WriteRotated(1, LogDirectory.Lines(1, 2) + "{\"log\":\"cut o");
        _log.Write("\n\0\0\0\n{}\n{\"log\":\"\\u12\n" + LogDirectory.Lines(3, 4) + "{\"log\":\"half");
        Assert.Equal(LogDirectory.Texts(1, 4), await _log.ReadAsync(Everything));
        Assert.EndsWith(LogDirectory.Texts(4, 4), await _log.ReadAsync(Everything with { Tail = 40 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoLogIsAnEmptyLog() => Assert.Equal("", await _log.ReadAsync(Everything with { Tail = 3 }));

    [Fact]
    public async Task TimestampsHaveNineDigitsAndComeBeforeDetails()
    {
        var attributes = new Dictionary<string, string> { ["b"] = "x y", ["a"] = "ü,=" };
        _log.Write(LogDirectory.Line("one\n", time: LogDirectory.Start.AddTicks(120), attributes: attributes) + LogDirectory.Line("two\n"));
        Assert.Equal(
            "2026-01-02T03:04:05.000012000Z a=%C3%BC%2C%3D,b=x+y one\n2026-01-02T03:04:05.000000000Z  two\n",
            await _log.ReadAsync(Everything with { Timestamps = true, Details = true }));
    }

    [Fact]
    public async Task DamagedDetailsDoNotHideTheLine()
    {
        _log.Write("""{"log":"text\n","stream":"stdout","attrs":{"a":"\x"},"time":"2026-01-02T03:04:05Z"}""" + "\n");
        Assert.Equal(" text\n", await _log.ReadAsync(Everything with { Details = true }));
    }

    [Fact]
    public async Task LinesOfOneStreamShareFramesOfLimitedSize()
    {
        _log.Write(LogDirectory.Lines(1, 20_000) + LogDirectory.Line("oops\n", "stderr") + LogDirectory.Lines(1, 2));
        List<(byte Stream, string Text)> frames = Frames(await _log.ReadBytesAsync(Everything, tty: false));
        Assert.InRange(frames.Count, 5, 50);
        Assert.All(frames, frame => Assert.InRange(frame.Text.Length, 1, 64 << 10));
        Assert.Equal([(2, "oops\n"), (1, LogDirectory.Texts(1, 2))], frames[^2..]);
        Assert.Equal("oops\n", Assert.Single(Frames(await _log.ReadBytesAsync(new LogRequest { Stderr = true }, tty: false))).Text);
    }

    [Fact]
    public async Task WithTimestampsEveryLineHasItsFrame()
    {
        _log.Write(LogDirectory.Lines(1, 3));
        Assert.Equal(3, Frames(await _log.ReadBytesAsync(Everything with { Timestamps = true }, tty: false)).Count);
    }

    internal static List<(byte Stream, string Text)> Frames(byte[] bytes)
    {
        var frames = new List<(byte, string)>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            frames.Add((bytes[at], Encoding.UTF8.GetString(bytes, at + 8, length)));
            at += 8 + length;
        }

        return frames;
    }

    /// <summary>Whole characters of every width, those that JSON escapes above all.</summary>
    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(80); i > 0; i--)
        {
            int choice = random.Next(6);
            Rune rune = choice switch
            {
                0 => new Rune("\"\\/\n\r\t\b\f\0\u001b<>&'"[random.Next(14)]),
                1 => new Rune(random.Next(0x80, 0xD800)),
                2 => new Rune(random.Next(0x10000, 0x110000)),
                _ => new Rune(random.Next(0x20, 0x7F)),
            };
            text.Append(rune);
        }

        return text.Append('\n').ToString();
    }
}
