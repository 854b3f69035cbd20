using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Plan;

/// <summary>A stage while it is planned: what its files will be, and its config.</summary>
internal sealed class StagePlan(RootVertex root, ImageConfigBuilder config, Platform platform)
{
    private readonly List<PlannedEntry> _entries = [];

    internal RootVertex Root { get; private set; } = root;

    internal ImageConfigBuilder Config { get; } = config;

    internal Platform Platform { get; } = platform;

    internal int BaseLayers { get; init; }

    internal string? BaseCreated { get; init; }

    internal IReadOnlyList<PlannedEntry> Entries => _entries;

    /// <param name="maker">The vertex that makes the layer, if one is made.</param>
    /// <param name="hasEntry">Whether the history got an entry for it.</param>
    internal void Add(RootVertex next, RootVertex maker, bool makesLayer, bool hasEntry)
    {
        Root = next;
        if (hasEntry)
        {
            _entries.Add(new PlannedEntry(Config.History.Count - 1, maker, makesLayer));
        }
    }

    /// <summary>For a stage on top of this one.</summary>
    internal StagePlan Inherit()
    {
        var above = new StagePlan(Root, Config.Inherit(), Platform) { BaseLayers = BaseLayers, BaseCreated = BaseCreated };
        above._entries.AddRange(_entries);
        return above;
    }
}
