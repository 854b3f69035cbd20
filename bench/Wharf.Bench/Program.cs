using System.Diagnostics;
using Wharf.Bench;

// Usage: Wharf.Bench [-n ROUNDS] [--only ROW,ROW] [--runtime NAME=PATH]... [--bundle DIRECTORY] NAME[@SOCKET]=COMMAND...
// The first engine (and the first runtime) is ours; ratios are to it. Prints a Markdown table.
int rounds = 15;
string[]? only = null;
string? bundle = null;
string pullImage = "";
List<Engine> engines = [];
List<Engine> runtimes = [];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "-n":
            rounds = int.Parse(args[++i]);
            break;
        case "--only":
            only = args[++i].Split(',');
            break;
        case "--bundle":
            bundle = args[++i];
            break;
        case "--pull":
            pullImage = args[++i];
            break;
        case "--runtime":
            runtimes.Add(Engine.Parse(args[++i]));
            break;
        default:
            engines.Add(Engine.Parse(args[i]));
            break;
    }
}

var paired = new Paired(engines, rounds);
Console.WriteLine("| what | engine | median | ratio |\n|---|---|---|---|");

if (engines.Count > 0)
{
    Row("run-none", row => paired.Report(row, "ms", engine => Paired.Milliseconds(() => engine.Run("run", "--rm", "--network", "none", "busybox", "true"))));
    Row("run-bridge", row => paired.Report(row, "ms", engine => Paired.Milliseconds(() => engine.Run("run", "--rm", "busybox", "true"))));
    Row("exec", Exec);
    Row("logs-write", row => paired.Report(row, "ms", engine => Paired.Milliseconds(() => WriteLines(engine))));
    Row("logs-read", ReadLines);
    Row("list-100", ListHundred);
    Row("memory", MemoryPerContainer);
    if (pullImage.Length > 0)
    {
        Row("pull", row => new Paired(engines, Math.Min(rounds, 3)).Report(row, "ms", Pull));
    }
}

if (runtimes.Count > 0 && bundle is not null)
{
    Row("oci-run", row => new Paired(runtimes, rounds).Report(row, "ms", RunBundle));
}

void Row(string name, Action<string> measure)
{
    if (only is null || only.Contains(name))
    {
        measure(name);
    }
}

void Exec(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine => engine.Run("run", "-d", "--network", "none", "busybox", "sleep", "10000"));
    paired.Report(row, "ms", engine => Paired.Milliseconds(() => engine.Run("exec", containers[engine.Name], "true")));
    foreach (Engine engine in engines)
    {
        engine.Run("rm", "-f", containers[engine.Name]);
    }
}

void WriteLines(Engine engine)
{
    string id = engine.Run("run", "-d", "--network", "none", "busybox", "seq", "1", "1000000");
    engine.Run("wait", id);
    engine.Run("rm", "-f", id);
}

void ReadLines(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine =>
    {
        string id = engine.Run("run", "-d", "--network", "none", "busybox", "seq", "1", "1000000");
        engine.Run("wait", id);
        return id;
    });
    new Paired(engines, Math.Min(rounds, 5)).Report(
        row, "ms", engine => Paired.Milliseconds(() => Programs.Run([.. engine.Command, "logs", containers[engine.Name]], discardOutput: true)));
    foreach (Engine engine in engines)
    {
        engine.Run("rm", "-f", containers[engine.Name]);
    }
}

void ListHundred(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine => Start(engine, 100));
    new Paired(engines, Math.Min(rounds, 5)).Report(row, "requests/s", engine =>
    {
        using HttpClient http = engine.Http();
        var list = new Uri("/containers/json", UriKind.Relative);
        http.GetByteArrayAsync(list).Wait();
        long began = Stopwatch.GetTimestamp();
        int count = 0;
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(2))
        {
            http.GetByteArrayAsync(list).Wait();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    });
    foreach (Engine engine in engines)
    {
        engine.Run(["rm", "-f", .. containers[engine.Name]]);
    }
}

void MemoryPerContainer(string row)
{
    // Only our own processes are known by name here; peers are in the published baseline.
    Engine engine = engines[0];
    Console.WriteLine($"| idle daemon | {engine.Name} | {Memory.ProportionalMiB("wharfd"):0.##} MiB | |");
    double before = Memory.ProportionalMiB("wharfd", "wharf-runtime");
    string[] containers = Start(engine, 50);
    Console.WriteLine($"| {row} per running container | {engine.Name} | {(Memory.ProportionalMiB("wharfd", "wharf-runtime") - before) / 50:0.###} MiB | |");
    engine.Run(["rm", "-f", .. containers]);
}

static string[] Start(Engine engine, int count) =>
    [.. Enumerable.Range(0, count).Select(_ => engine.Run("run", "-d", "--network", "none", "busybox", "sleep", "10000"))];

double Pull(Engine engine)
{
    double milliseconds = Paired.Milliseconds(() => engine.Run("pull", pullImage));
    engine.Run("rmi", pullImage);
    return milliseconds;
}

double RunBundle(Engine runtime) =>
    Paired.Milliseconds(() => runtime.Run("run", "--bundle", bundle!, $"bench-{Environment.ProcessId}-{Stopwatch.GetTimestamp()}"));
