using System.IO.Pipelines;
using System.Text;
using Wharf.Engine.Logs;
using Xunit;

namespace Wharf.UnitTests.Engine.Logs;

public sealed class LogFollowTests : IDisposable
{
    private static readonly LogRequest Follow = new() { Stdout = true, Stderr = true, Follow = true };
    private readonly LogDirectory _log = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task FollowsAcrossRotationsUntilTheEnd()
    {
        _log.Write(LogDirectory.Lines(1, 10));
        Task reading = StartAsync(Follow with { Tail = 5 });
        await ExpectAsync(LogDirectory.Texts(6, 10));
        for (int i = 11; i < 60; i++)
        {
            _log.Write(LogDirectory.Lines(i, i));
            if (i % 7 == 0)
            {
                _log.Rotate();
            }

            await ExpectAsync(LogDirectory.Texts(i, i));
        }

        _log.Write(LogDirectory.Lines(60, 60));
        _ended.SetResult();
        await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await ExpectAsync(LogDirectory.Texts(60, 60));
    }

    [Fact]
    public async Task FollowsALogThatIsNotThereYet()
    {
        Task reading = StartAsync(Follow);
        _log.Write(LogDirectory.Lines(1, 1));
        await ExpectAsync(LogDirectory.Texts(1, 1));
        _ended.SetResult();
        await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ALineArrivesOnceItIsWhole()
    {
        string line = LogDirectory.Line("in two parts\n");
        _log.Write(line[..20]);
        Task reading = StartAsync(Follow);
        _log.Write(line[20..]);
        await ExpectAsync("in two parts\n");
        _ended.SetResult();
        await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task NothingIsLostOrRepeatedWhenRotatedWhileOpening()
    {
        const int Last = 400;
        _log.Write(LogDirectory.Lines(1, 1));
        Task writing = Task.Run(
            () =>
            {
                for (int i = 2; i <= Last; i++)
                {
                    _log.Write(LogDirectory.Lines(i, i));
                    if (i % 40 == 0)
                    {
                        _log.Rotate(oldest: i / 40);
                    }
                }

                _ended.SetResult();
            },
            TestContext.Current.CancellationToken);
        Task reading = StartAsync(Follow with { Tail = int.MaxValue });
        await writing;
        await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await ExpectAsync(LogDirectory.Texts(1, Last));
    }

    [Fact]
    public async Task AClientThatGoesEndsIt()
    {
        using var gone = new CancellationTokenSource();
        Task reading = new LogReader().CopyAsync(new LogSource(_log.Current, Tty: true, _ended.Task), Follow, Stream.Null, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    private async Task StartAsync(LogRequest request)
    {
        await using Stream output = _pipe.Writer.AsStream(leaveOpen: true);
        await new LogReader().CopyAsync(
            new LogSource(_log.Current, Tty: true, _ended.Task), request, output, TestContext.Current.CancellationToken);
    }

    private async Task ExpectAsync(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        await _pipe.Reader.AsStream(leaveOpen: true).ReadExactlyAsync(bytes, limit.Token);
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
    }
}
