using System.Globalization;

namespace Wharf.Bench;

/// <summary>Builds, of ten small steps and with a context of many files. Docker takes part twice: with BuildKit and with its classic builder.</summary>
internal sealed class Builds : IDisposable
{
    private const string Tag = "bench-build";
    private const int ContextFiles = 20_000;

    private readonly string _steps;
    private readonly string _context;
    private readonly string _directory;
    private readonly IReadOnlyList<Engine> _engines;
    private readonly int _rounds;
    private int _changes;

    /// <param name="directory">That every engine's client sees under this path.</param>
    internal Builds(IReadOnlyList<Engine> engines, int rounds, string directory)
    {
        _engines = [.. engines.SelectMany(engine => engine.WithOtherBuilders())];
        _rounds = rounds;
        _directory = Directory.CreateDirectory(directory + "/builds").FullName;
        _steps = Directory.CreateDirectory(_directory + "/steps").FullName;
        _context = Directory.CreateDirectory(_directory + "/context").FullName;
        WriteSteps();
    }

    /// <summary>Ten steps: none of them known; one of the copied files changed, so that six run again; nothing changed.</summary>
    internal void ReportSteps(string row)
    {
        Measure(row + ", cold", _steps, _rounds, "--no-cache");
        Measure(row + ", one file changed", _steps, _rounds, change: () => File.WriteAllText(_steps + "/b.txt", NewText()));
        Measure(row + ", nothing changed", _steps, _rounds);
    }

    /// <summary>A COPY of 20,000 files: first time, with one of them changed, with none.</summary>
    internal void ReportContext(string row)
    {
        WriteContext();
        Measure(row + ", cold", _context, Math.Min(_rounds, 2), "--no-cache");
        Measure(row + ", one file changed", _context, Math.Min(_rounds, 3), change: () => File.WriteAllText(_context + "/src/7/f7.c", NewText()));
        Measure(row + ", nothing changed", _context, Math.Min(_rounds, 3));
    }

    public void Dispose()
    {
        foreach (Engine engine in _engines)
        {
            engine.Run("rmi", "-f", Tag);
        }

        Directory.Delete(_directory, recursive: true);
    }

    private void Measure(string row, string context, int rounds, string? option = null, Action? change = null) =>
        new Paired(_engines, rounds).Report(row, "ms", engine =>
        {
            change?.Invoke();
            return Paired.Milliseconds(() => engine.Run(["build", "-q", .. option is null ? (string[])[] : [option], "-t", Tag, context]));
        });

    private string NewText() => string.Create(CultureInfo.InvariantCulture, $"change {++_changes}\n");

    private void WriteSteps()
    {
        foreach (string name in (string[])["a", "b", "c"])
        {
            File.WriteAllText($"{_steps}/{name}.txt", string.Concat(Enumerable.Repeat(name, 1000)));
        }

        File.WriteAllText(
            _steps + "/Dockerfile",
            """
            FROM busybox
            RUN mkdir -p /app /etc && echo 1 > /app/1
            COPY a.txt /app/
            RUN echo 2 > /app/2
            COPY b.txt /app/
            RUN echo 3 > /app/3
            RUN cat /app/a.txt > /app/4
            COPY c.txt /app/sub/
            RUN cat /app/1 > /app/6
            RUN echo u:x:1000:1000::/:/bin/sh >> /etc/passwd
            RUN seq 1 10000 > /app/5
            CMD ["cat", "/app/5"]

            """);
    }

    private void WriteContext()
    {
        for (int i = 0; i < ContextFiles; i++)
        {
            string directory = $"{_context}/src/{i % 100}";
            Directory.CreateDirectory(directory);
            File.WriteAllText($"{directory}/f{i}.c", $"// file {i}\n" + string.Concat(Enumerable.Repeat("int x;\n", i % 200)));
        }

        File.WriteAllText(_context + "/Dockerfile", "FROM busybox\nCOPY src /src\nRUN cat /src/7/f7.c > /n\n");
    }
}
