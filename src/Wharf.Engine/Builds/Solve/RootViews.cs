using System.Collections.Concurrent;
using Wharf.Engine.Images.Layers;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Builds.Solve;

/// <summary>Root file systems mounted for looking, each once for a build.</summary>
internal sealed class RootViews(string directory, LayerStore layers) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<string>> _views = new(StringComparer.Ordinal);

    /// <returns>The directory to look at.</returns>
    internal string Of(RootState state) => _views.GetOrAdd(state.Identity, _ => new Lazy<string>(() => Make(state))).Value;

    /// <summary>The layers as overlayfs wants them, topmost first; at least one.</summary>
    internal IReadOnlyList<string> LowerOf(RootState state) =>
        state.Layers.Count == 0 ? [Empty()] : layers.Stack(state.Layers);

    public void Dispose()
    {
        foreach (Lazy<string> view in _views.Values)
        {
            if (view.IsValueCreated)
            {
                MountTable.Detach(view.Value);
            }
        }
    }

    private string Make(RootState state)
    {
        IReadOnlyList<string> lower = LowerOf(state);
        if (lower.Count == 1)
        {
            return lower[0];
        }

        string target = Path.Combine(directory, state.Identity);
        Directory.CreateDirectory(target);
        OverlayMount.MountReadOnly(lower, target);
        return target;
    }

    private string Empty() => Directory.CreateDirectory(Path.Combine(directory, "empty")).FullName;
}
