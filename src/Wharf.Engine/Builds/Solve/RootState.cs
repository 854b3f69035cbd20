using System.Text;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>A root file system that is there: layers, lowest first. Equal content is the same state, however it came about.</summary>
internal sealed record RootState(IReadOnlyList<Digest> Layers)
{
    internal static RootState Empty { get; } = new([]);

    /// <summary>What other steps are keyed by.</summary>
    internal string Identity { get; } = Digest.Of(Encoding.ASCII.GetBytes(string.Join('\n', Layers))).Hex;

    internal RootState With(IEnumerable<Digest> above) => new([.. Layers, .. above]);
}
