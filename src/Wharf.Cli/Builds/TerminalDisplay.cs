using System.Text;
using Wharf.Api.Builds;
using Wharf.Cli.Output;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Builds;

/// <summary>
/// A build on a terminal: what is done stands above and stays; below, redrawn in place, are the steps that run, each with its time and the
/// end of its output.
/// </summary>
internal sealed class TerminalDisplay : BuildDisplay
{
    private const int TailLines = 5;
    private const int DefaultColumns = 80;
    private const int DefaultRows = 24;
    private const string Erase = "\e[J"; // from the cursor to the end of the screen
    private const string Faint = "\e[2m";
    private const string Bold = "\e[1m";
    private const string Red = "\e[31m";
    private const string Plain = "\e[0m";
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _output;
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Running> _steps = [];
    private readonly ITimer _timer;
    private string? _context = "transferring context";
    private int _drawn;
    private bool _isOver;

    internal TerminalDisplay(TextWriter output, Terminal terminal, TimeProvider clock)
    {
        _output = output;
        _terminal = terminal;
        _clock = clock;
        _began = clock.GetTimestamp();
        _timer = clock.CreateTimer(static display => ((TerminalDisplay)display!).Redraw(), this, s_interval, s_interval);
    }

    internal override void Sending(long bytes, int? files) => _context = Context(bytes, files);

    internal override void Sent(long bytes, int? files)
    {
        lock (_gate)
        {
            _context = null;
            Keep($" ✔ {Fit($"[context] {Context(bytes, files)}", Seconds(_clock.GetElapsedTime(_began)))}");
        }
    }

    internal override void Show(BuildEventMessage happened)
    {
        lock (_gate)
        {
            switch (happened.Type)
            {
                case BuildEventMessage.Planned:
                    foreach (BuildStepMessage step in happened.Steps ?? [])
                    {
                        _steps[step.Number] = new Running(step);
                    }

                    break;
                case BuildEventMessage.Warned:
                    Keep($" ! {happened.Text}{(happened.Line > 0 ? $" (line {happened.Line})" : "")}");
                    break;
                default:
                    if (_steps.TryGetValue(happened.Step, out Running? running))
                    {
                        Show(running, happened);
                    }

                    break;
            }
        }
    }

    internal override void Output(int step, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_steps.TryGetValue(step, out Running? running))
            {
                foreach (string line in running.Lines.Add(bytes))
                {
                    running.Tail.Enqueue(line);
                    if (running.Tail.Count > TailLines)
                    {
                        running.Tail.Dequeue();
                    }
                }
            }
        }
    }

    internal override void Built(string imageId, IReadOnlyList<string> tags)
    {
        lock (_gate)
        {
            Keep($"Successfully built {imageId["sha256:".Length..][..12]} in {Seconds(_clock.GetElapsedTime(_began))}");
            foreach (string tag in tags)
            {
                Keep($"Successfully tagged {tag}");
            }
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _isOver = true;
                _timer.Dispose();
                Clear();
                _output.Flush();
            }
        }

        base.Dispose();
    }

    private void Show(Running step, BuildEventMessage happened)
    {
        switch (happened.Type)
        {
            case BuildEventMessage.Started:
                step.Began = _clock.GetTimestamp();
                break;
            case BuildEventMessage.Explained:
                step.Reasons.AddRange(happened.Reasons ?? []);
                break;
            case BuildEventMessage.Pulling when happened.Pull is { } pull:
                step.Pulls[pull.Layer ?? ""] = (pull.Status, pull.Current, pull.Total);
                break;
            case BuildEventMessage.Progress:
                step.Pulls[happened.Text ?? ""] = ("", happened.Current, happened.Total);
                break;
            case BuildEventMessage.Finished:
                Keep($" ✔ {Fit(Title(step.Step), happened.Cached ? "CACHED" : Seconds(TimeSpan.FromMilliseconds(happened.Milliseconds)))}");
                step.Reasons.ForEach(reason => Keep($"{Faint}   not cached: {reason}{Plain}"));
                _steps.Remove(step.Step.Number);
                break;
            case BuildEventMessage.Failed:
                Keep($"{Red} ✘ {Fit(Title(step.Step), step.Began is { } began ? Seconds(_clock.GetElapsedTime(began)) : "")}{Plain}");
                _steps.Remove(step.Step.Number);
                break;
        }
    }

    private void Redraw()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                Clear();
                Draw();
                _output.Flush();
            }
        }
    }

    /// <summary>A line that stays.</summary>
    private void Keep(string line)
    {
        Clear();
        _output.Write(line);
        _output.Write('\n');
        Draw();
        _output.Flush();
    }

    private void Clear()
    {
        if (_drawn > 0)
        {
            _output.Write($"\e[{_drawn}A\r{Erase}");
            _drawn = 0;
        }
    }

    private void Draw()
    {
        int room = Math.Max(1, (_terminal.Size?.Rows ?? DefaultRows) - 1);
        List<string> lines = [];
        if (_context is { } context)
        {
            lines.Add($"{Bold} ➜ {Fit($"[context] {context}", Seconds(_clock.GetElapsedTime(_began)))}{Plain}");
        }

        List<Running> running = [.. _steps.Values.Where(step => step.Began is not null)];
        int tail = running.Count == 0 ? 0 : Math.Min(TailLines, Math.Max(0, (room - running.Count) / running.Count));
        foreach (Running step in running)
        {
            lines.Add($"{Bold} ➜ {Fit(Title(step.Step), Seconds(_clock.GetElapsedTime(step.Began!.Value)))}{Plain}");
            lines.AddRange(step.Details().TakeLast(tail).Select(line => $"{Faint}   {Fit(Printable(line), "")}{Plain}"));
        }

        foreach (string line in lines.Take(room))
        {
            _output.Write(line);
            _output.Write('\n');
            _drawn++;
        }
    }

    /// <summary>As wide as the terminal, with something at the right end.</summary>
    private string Fit(string text, string right)
    {
        const int Margin = 4;
        int width = Math.Max(10, (_terminal.Size?.Columns ?? DefaultColumns) - Margin - right.Length);
        text = text.Length > width ? text[..(width - 1)] + "…" : text;
        return right.Length > 0 ? text.PadRight(width) + right : text;
    }

    /// <summary>A program's own control sequences would take the cursor away from us.</summary>
    private static string Printable(string line)
    {
        var text = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\e')
            {
                // CSI: parameters, then one letter (ECMA-48, 5.4).
                for (i += i + 1 < line.Length && line[i + 1] == '[' ? 2 : 1; i < line.Length && line[i] is < '@' or > '~'; i++)
                {
                }
            }
            else if (!char.IsControl(line[i]))
            {
                text.Append(line[i]);
            }
            else if (line[i] == '\t')
            {
                text.Append("  ");
            }
        }

        return text.ToString();
    }

    private sealed class Running(BuildStepMessage step)
    {
        internal BuildStepMessage Step => step;

        internal long? Began { get; set; }

        internal OutputLines Lines { get; } = new();

        internal Queue<string> Tail { get; } = new();

        internal List<string> Reasons { get; } = [];

        internal Dictionary<string, (string Status, long? Current, long? Total)> Pulls { get; } = [];

        internal IEnumerable<string> Details() => Pulls.Count == 0 ? Tail : Pulls.Select(pull =>
            $"{pull.Key}{(pull.Key.Length > 0 && pull.Value.Status.Length > 0 ? ": " : "")}{pull.Value.Status}"
            + (pull.Value.Current is { } current ? $" {HumanSize.Format(current)}" : "")
            + (pull.Value.Total is { } total ? $"/{HumanSize.Format(total)}" : ""));
    }
}
