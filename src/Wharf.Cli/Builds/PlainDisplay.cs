using System.Globalization;
using Wharf.Api.Builds;

namespace Wharf.Cli.Builds;

/// <summary>A build as lines, each with the number of its step: for pipes and logs.</summary>
internal sealed class PlainDisplay(TextWriter output, TimeProvider clock) : BuildDisplay
{
    private const int ContextNumber = 1;
    private readonly long _began = clock.GetTimestamp();
    private readonly Dictionary<int, Shown> _steps = [];
    private int _last;

    internal override void Sent(long bytes, int? files)
    {
        Line(ContextNumber, "[context] load build context");
        Line(ContextNumber, Context(bytes, files));
        Line(ContextNumber, $"DONE {Seconds(clock.GetElapsedTime(_began))}");
        output.Flush();
    }

    internal override void Show(BuildEventMessage happened)
    {
        if (happened.Type == BuildEventMessage.Planned)
        {
            foreach (BuildStepMessage planned in happened.Steps ?? [])
            {
                _steps[planned.Number] = new Shown(planned);
            }

            return;
        }

        if (happened.Type == BuildEventMessage.Warned)
        {
            output.WriteLine($"WARN: {(happened.Code is null ? "" : happened.Code + ": ")}{happened.Text}{(happened.Line > 0 ? $" (line {happened.Line})" : "")}");
            output.Flush();
            return;
        }

        if (_steps.TryGetValue(happened.Step, out Shown? step))
        {
            Show(step, happened);
            output.Flush();
        }
    }

    internal override void Output(int number, ReadOnlySpan<byte> bytes)
    {
        if (_steps.TryGetValue(number, out Shown? step))
        {
            step.Lines.Add(bytes).ForEach(line => Line(step, Timed(step, line)));
            output.Flush();
        }
    }

    internal override void Built(string imageId, IReadOnlyList<string> tags)
    {
        output.WriteLine($"\nSuccessfully built {imageId["sha256:".Length..][..12]}");
        foreach (string tag in tags)
        {
            output.WriteLine($"Successfully tagged {tag}");
        }

        output.Flush();
    }

    private void Show(Shown step, BuildEventMessage happened)
    {
        switch (happened.Type)
        {
            case BuildEventMessage.Started:
                step.Began = clock.GetTimestamp();
                Announce(step);
                break;
            case BuildEventMessage.Explained:
                foreach (string reason in happened.Reasons ?? [])
                {
                    Line(step, $"not cached: {reason}");
                }

                break;
            case BuildEventMessage.Pulling when happened.Pull is { Current: null } pull:
                Line(step, pull.Layer is null ? pull.Status : $"{pull.Layer}: {pull.Status}");
                break;
            case BuildEventMessage.Finished:
                Rest(step);
                Line(step, happened.Cached ? "CACHED" : $"DONE {Seconds(TimeSpan.FromMilliseconds(happened.Milliseconds))}");
                break;
            case BuildEventMessage.Failed:
                Rest(step);
                Line(step, $"ERROR: {happened.Text}");
                break;
        }
    }

    private void Rest(Shown step)
    {
        if (step.Lines.Rest() is { } rest)
        {
            Line(step, Timed(step, rest));
        }
    }

    private string Timed(Shown step, string line) =>
        $"{clock.GetElapsedTime(step.Began).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)} {line}";

    private void Line(Shown step, string text)
    {
        Announce(step);
        Line(step.Number, text);
    }

    /// <summary>Its title, before the first line about it.</summary>
    private void Announce(Shown step)
    {
        if (!step.IsAnnounced)
        {
            step.IsAnnounced = true;
            Line(step.Number, Title(step.Step));
        }
    }

    private void Line(int number, string text)
    {
        if (_last != number && _last != 0)
        {
            output.WriteLine();
        }

        _last = number;
        output.WriteLine($"#{number} {text}");
    }

    private sealed class Shown(BuildStepMessage step)
    {
        internal BuildStepMessage Step => step;

        /// <summary>The context is the first thing that is done.</summary>
        internal int Number => step.Number + ContextNumber;

        internal OutputLines Lines { get; } = new();

        internal long Began { get; set; }

        internal bool IsAnnounced { get; set; }
    }
}
