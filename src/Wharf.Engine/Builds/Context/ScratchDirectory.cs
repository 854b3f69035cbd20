namespace Wharf.Engine.Builds.Context;

/// <summary>A directory of the store for work in progress; a crash leaves it to the next start.</summary>
internal sealed class ScratchDirectory(string path, Action<string> erase) : IDisposable
{
    internal string Path => path;

    public void Dispose() => erase(path);
}
