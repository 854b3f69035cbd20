using System.Diagnostics;
using Wharf.Bench;

// Usage: Wharf.Bench [OPTIONS] NAME[@SOCKET]=COMMAND...
//   -n ROUNDS  --only ROW,ROW  --root DIRECTORY of our engine  --registry ADDRESS
//   --push-registry ADDRESS --push-contents DIRECTORY of a registry that is emptied   --work DIRECTORY that all clients see
//   --runtime NAME=PATH (repeated)  --bundle DIRECTORY  --seccomp CONFIGURATION
// The first engine (and the first runtime) is ours; ratios are to it. Prints a Markdown table.
int rounds = 15;
string[]? only = null;
string? bundle = null, seccomp = null, root = null, registry = null, pushRegistry = null, pushContents = null, work = null;
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
        case "--seccomp":
            seccomp = args[++i];
            break;
        case "--root":
            root = args[++i];
            break;
        case "--registry":
            registry = args[++i];
            break;
        case "--push-registry":
            pushRegistry = args[++i];
            break;
        case "--push-contents":
            pushContents = args[++i];
            break;
        case "--work":
            work = args[++i];
            break;
        case "--runtime":
            runtimes.Add(Engine.Parse(args[++i]));
            break;
        default:
            engines.Add(Engine.Parse(args[i]));
            break;
    }
}

// A row that is slow by itself needs no more rounds than these.
int few = Math.Min(rounds, 5);
string[] none = ["--network", "none"];
Console.WriteLine("| what | engine | median | ratio |\n|---|---|---|---|");

Row("memory-idle", Memories);
Row("run-none", row => Measure(row, rounds, engine => engine.Run(["run", "--rm", .. none, "busybox", "true"])));
Row("run-bridge", row => Measure(row, rounds, engine => engine.Run("run", "--rm", "busybox", "true")));
Row("exec", Exec);
Row("logs-write", row => Measure(row, few, engine => engine.Remove(WriteLines(engine))));
Row("logs-read", ReadLines);
Row("list-100", ListHundred);
Row("memory-container", MemoryPerContainer);
if (registry is not null)
{
    Row("pull-large", row => Pull(row, registry, SyntheticImage.Large));
    Row("pull-layers", row => Pull(row, registry, SyntheticImage.Layered));
}

if (work is not null)
{
    using var builds = new Builds(engines, few, work);
    Row("build-steps", builds.ReportSteps);
    Row("build-context", builds.ReportContext);
    if (registry is not null && pushRegistry is not null && pushContents is not null)
    {
        Row("archives", row => Move(row, registry, pushRegistry, pushContents, work));
    }
}

if (root is not null)
{
    Row("leftovers", Leave);
}

if (bundle is not null)
{
    var runs = new Runtimes(runtimes, rounds, bundle);
    Row("oci-run", runs.Report);
    if (seccomp is not null)
    {
        runs.UseSeccompOf(seccomp);
        Row("oci-run-seccomp", runs.Report);
    }
}

Row("memory-after", Memories);

void Row(string name, Action<string> measure)
{
    if (only is null || only.Contains(name))
    {
        measure(name);
    }
}

void Measure(string row, int times, Action<Engine> work) =>
    new Paired(engines, times).Report(row, "ms", engine => Paired.Milliseconds(() => work(engine)));

void Exec(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine => engine.Start(1));
    Measure(row, rounds, engine => engine.Run("exec", containers[engine.Name][0], "true"));
    RemoveAll(containers);
}

// Bounded only above what is written: an engine that rotates by itself would else have less to do.
string WriteLines(Engine engine)
{
    string id = engine.Run(["run", "-d", .. none, "--log-opt", "max-size=500m", "busybox", "seq", "1", "1000000"]);
    engine.Run("wait", id);
    return id;
}

void ReadLines(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine => (string[])[WriteLines(engine)]);
    Measure(row, few, engine => Programs.Run([.. engine.Command, "logs", containers[engine.Name][0]], discardOutput: true));
    RemoveAll(containers);
}

void ListHundred(string row)
{
    var containers = engines.ToDictionary(engine => engine.Name, engine => engine.Start(100));
    new Paired([.. engines.Where(engine => engine.Socket is not null)], few).Report(row, "requests/s", engine =>
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
    RemoveAll(containers);
}

void RemoveAll(Dictionary<string, string[]> containers)
{
    foreach (Engine engine in engines)
    {
        engine.Remove(containers[engine.Name]);
    }
}

void Memories(string row) => ReportOnce(row, "MiB", engine => Memory.SettledMiBAsync(engine).Result);

void ReportOnce(string row, string unit, Func<Engine, double> measure)
{
    var once = engines.ToDictionary(engine => engine.Name, measure);
    new Paired(engines, 1).Report(row, unit, engine => once[engine.Name]);
}

void MemoryPerContainer(string row)
{
    const int Count = 50;
    ReportOnce(row, "MiB", engine =>
    {
        double before = Memory.SettledMiBAsync(engine).Result;
        string[] containers = engine.Start(Count);
        double after = Memory.SettledMiBAsync(engine).Result;
        engine.Remove(containers);
        return (after - before) / Count;
    });
}

void Pull(string row, string address, SyntheticImage image)
{
    using (var upload = new RegistryUpload(address))
    {
        image.PushAsync(upload).Wait();
    }

    string reference = $"{address}/{image.Name}:latest";
    new Paired(engines, Math.Min(rounds, 3)).Report(row, "ms", engine =>
    {
        double milliseconds = Paired.Milliseconds(() => engine.Pull(reference));
        engine.Run("rmi", reference);
        Programs.Run(["sync"]);
        return milliseconds;
    });
}

void Move(string row, string from, string to, string contents, string directory)
{
    string reference = $"{from}/{SyntheticImage.Large.Name}:latest";
    using (var upload = new RegistryUpload(from))
    {
        SyntheticImage.Large.PushAsync(upload).Wait();
    }

    engines.ForEach(engine => engine.Pull(reference));
    var archives = new Archives(engines, Math.Min(rounds, 2), directory, reference);
    archives.Push(row + ": push", to, contents);
    archives.PushAgain(row + ": push of what is there", to);
    archives.Save(row + ": save");
    archives.Load(row + ": load");
    engines.ForEach(engine => engine.Run("rmi", "-f", reference, $"{to}/bench-push:latest"));
}

void Leave(string row)
{
    Engine engine = engines[0];
    var leftovers = new Leftovers(root!);
    engine.Run("run", "--rm", "busybox", "true");
    long[] before = leftovers.Count();
    for (int i = 0; i < 200; i++)
    {
        engine.Run(["run", "--rm", .. i % 2 == 0 ? none : [], "busybox", "true"]);
    }

    Console.WriteLine($"| {row} of 200 runs | {engine.Name} | {leftovers.SinceAsync(before).Result} | |");
}
