namespace Wharf.Bench;

/// <summary>What leaves an engine and comes back: save, load and push of an image that each has pulled.</summary>
internal sealed class Archives(IReadOnlyList<Engine> engines, int rounds, string directory, string image)
{
    internal void Save(string row) => Measure(row, engine => File.Delete(ArchiveOf(engine)), engine => engine.Run("save", "-o", ArchiveOf(engine), image));

    /// <summary>Into a store without it, from what the first engine has saved: a docker-archive.</summary>
    internal void Load(string row)
    {
        engines[0].Run("save", "-o", ArchiveOf(engines[0]), image);
        Measure(row, engine => engine.Run("rmi", "-f", image), engine => engine.Run("load", "-q", "-i", ArchiveOf(engines[0])));
        engines.ToList().ForEach(engine => File.Delete(ArchiveOf(engine)));
    }

    /// <summary>To a registry that has nothing.</summary>
    internal void Push(string row, string registry, string contents)
    {
        string target = Tag(registry);
        Measure(row, _ => Empty(contents), engine => engine.Push(target));
    }

    /// <summary>To a registry that has all of it.</summary>
    internal void PushAgain(string row, string registry)
    {
        string target = Tag(registry);
        Measure(row, engine => engine.Push(target), engine => engine.Push(target));
    }

    private string Tag(string registry)
    {
        string target = $"{registry}/bench-push:latest";
        foreach (Engine engine in engines)
        {
            engine.Run("tag", image, target);
        }

        return target;
    }

    private void Measure(string row, Action<Engine> prepare, Action<Engine> work) => new Paired(engines, rounds).Report(row, "ms", engine =>
    {
        prepare(engine);
        Programs.Run(["sync"]);
        return Paired.Milliseconds(() => work(engine));
    });

    private string ArchiveOf(Engine engine) => $"{directory}/{engine.Name}.tar";

    private static void Empty(string directory)
    {
        foreach (string entry in Directory.EnumerateDirectories(directory))
        {
            Directory.Delete(entry, recursive: true);
        }
    }
}
