namespace Wharf.Engine.Builds.Context;

/// <summary>A context in the engine's store. Until it is disposed, nobody changes or removes it.</summary>
public sealed class StoredContext : IBuildContext, IDisposable
{
    private Action? _release;

    internal StoredContext(string root, IReadOnlyList<ContextEntry> entries, Action release)
    {
        Root = root;
        Entries = entries;
        _release = release;
    }

    public string Root { get; }

    public bool MayLink => true;

    public IReadOnlyList<ContextEntry> Entries { get; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();

    /// <summary>The same files, of which some are not to be seen; it lives as long as this one.</summary>
    internal IBuildContext Showing(IReadOnlyList<ContextEntry> entries) => new View(Root, entries);

    private sealed record View(string Root, IReadOnlyList<ContextEntry> Entries) : IBuildContext
    {
        public bool MayLink => true;
    }
}
