using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Wharf.Api.Common;
using Wharf.Engine.Builds;
using Wharf.Oci;

namespace Wharf.Daemon.Streams;

/// <summary>
/// A build in the words of Docker's first builder, which ran one step after the other. Ours run side by side; they are told in the order of
/// the Dockerfile all the same: what a step has to say waits until those before it are through.
/// </summary>
internal sealed class ClassicBuildOutput(ProgressStream stream, bool quiet)
{
    private const int ShortId = 12;
    private readonly Dictionary<int, StepText> _steps = [];
    private int _current = 1;

    /// <summary>Runs a build and writes what it reports, until it ends; its failure comes out.</summary>
    internal async Task<BuildResult> RelayAsync(Func<IBuildObserver, Task<BuildResult>> build)
    {
        var events = Channel.CreateUnbounded<BuildEvent>(new UnboundedChannelOptions { SingleReader = true });
        Task<BuildResult> building = BuildAsync(build, events.Writer);
        await foreach (BuildEvent happened in events.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!quiet)
            {
                await TellAsync(happened);
            }
        }

        return await building;
    }

    internal async Task CompleteAsync(BuildResult result, IReadOnlyList<ImageReference> tags)
    {
        if (quiet)
        {
            await WriteAsync($"{result.ImageId}\n");
            return;
        }

        await stream.WriteAsync(new ProgressMessage { Aux = new ProgressResult { ID = result.ImageId.ToString() } });
        await WriteAsync($"Successfully built {result.ImageId.Short}\n");
        foreach (ImageReference tag in tags)
        {
            await WriteAsync($"Successfully tagged {tag.Familiar}\n");
        }
    }

    private static async Task<BuildResult> BuildAsync(Func<IBuildObserver, Task<BuildResult>> build, ChannelWriter<BuildEvent> events)
    {
        try
        {
            return await build(new Queue(events));
        }
        finally
        {
            events.Complete();
        }
    }

    private async Task TellAsync(BuildEvent happened)
    {
        switch (happened)
        {
            case StepStarted { Step: var step }:
                await SayAsync(step, $"Step {step.Number}/{step.Total} : {step.Text}");
                await SayAsync(step, "\n");
                if (IsRun(step))
                {
                    Text(step).Container = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ShortId / 2));
                }

                break;
            case StepOutput output:
                await RunningAsync(output.Step);
                await SayAsync(output.Step, Text(output.Step).Decode(output.Bytes.Span));
                break;
            case StepPull { Step: var step, Progress: var progress }:
                await OrderedAsync(step, () => ProgressRelay.WriteAsync(stream, progress));
                break;
            case StepProgress { Step: var step } progress:
                await OrderedAsync(step, () => stream.ProgressAsync("", progress.What, progress.Current, progress.Total ?? 0));
                break;
            case StepFinished finished:
                await FinishAsync(finished);
                break;
            case StepFailed { Step: var step }:
                await RunningAsync(step);
                await FlushUpToAsync(step.Number);
                break;
            case BuildWarned warned:
                await stream.WriteAsync(new ProgressMessage { Stream = $"[Warning] {warned.Message}\n" });
                break;
        }
    }

    private async Task FinishAsync(StepFinished finished)
    {
        BuildStep step = finished.Step;
        if (finished.IsCached && IsRun(step))
        {
            await SayAsync(step, " ---> Using cache\n");
        }
        else if (IsRun(step))
        {
            await RunningAsync(step);
            await SayAsync(step, $"Removing intermediate container {Text(step).Container}\n");
        }
        else if (finished.IsCached && step.StageNumber > 1)
        {
            await SayAsync(step, " ---> Using cache\n");
        }

        await SayAsync(step, $" ---> {finished.Id[..ShortId]}\n");
        Text(step).IsOver = true;
        while (_steps.TryGetValue(_current, out StepText? current) && current.IsOver)
        {
            _steps.Remove(_current++);
            await FlushAsync(_current);
        }
    }

    /// <summary>Said once, when it turns out that the step really runs.</summary>
    private Task RunningAsync(BuildStep step)
    {
        StepText text = Text(step);
        if (text.Container is null || text.IsRunning)
        {
            return Task.CompletedTask;
        }

        text.IsRunning = true;
        return SayAsync(step, $" ---> Running in {text.Container}\n");
    }

    private static bool IsRun(BuildStep step) => step.Text.StartsWith("RUN", StringComparison.OrdinalIgnoreCase);

    private StepText Text(BuildStep step)
    {
        if (!_steps.TryGetValue(step.Number, out StepText? text))
        {
            _steps.Add(step.Number, text = new StepText());
        }

        return text;
    }

    private Task SayAsync(BuildStep step, string text) => text.Length == 0 ? Task.CompletedTask : OrderedAsync(step, () => WriteAsync(text));

    private Task OrderedAsync(BuildStep step, Func<Task> write)
    {
        if (step.Number == _current)
        {
            return write();
        }

        Text(step).Waiting.Enqueue(write);
        return Task.CompletedTask;
    }

    private async Task FlushAsync(int number)
    {
        while (_steps.TryGetValue(number, out StepText? text) && text.Waiting.TryDequeue(out Func<Task>? write))
        {
            await write();
        }
    }

    /// <summary>The build ends with this step: what those before it had to say is told, and what comes behind it is of no interest.</summary>
    private async Task FlushUpToAsync(int last)
    {
        foreach (int number in _steps.Keys.Where(number => number <= last).Order().ToList())
        {
            await FlushAsync(number);
        }
    }

    private Task WriteAsync(string text) => stream.WriteAsync(new ProgressMessage { Stream = text });

    private sealed class StepText
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        internal Queue<Func<Task>> Waiting { get; } = new();

        /// <summary>Of a RUN step; stands for the container, which is gone when anybody could look.</summary>
        internal string? Container { get; set; }

        internal bool IsRunning { get; set; }

        internal bool IsOver { get; set; }

        /// <summary>A letter may be cut in two by pieces.</summary>
        internal string Decode(ReadOnlySpan<byte> bytes)
        {
            char[] text = new char[_decoder.GetCharCount(bytes, flush: false)];
            return new string(text, 0, _decoder.GetChars(bytes, text, flush: false));
        }
    }

    private sealed class Queue(ChannelWriter<BuildEvent> events) : IBuildObserver
    {
        public void Report(BuildEvent happened) => events.TryWrite(happened);
    }
}
