using Wharf.Engine.Builds.Context;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Plan;

/// <summary>
/// One operation of a build. A graph of them says what is to be made from what, and nothing of how; it knows no Dockerfiles, so that other
/// languages can be planned into it. Vertices are compared by reference: one that two others need is solved once.
/// </summary>
internal abstract class Vertex
{
    /// <summary>What people are told that this is; null for what happens behind the scenes.</summary>
    internal BuildStep? Step { get; init; }

    /// <summary>Run it although the cache has it.</summary>
    internal bool IgnoreCache { get; init; }

    /// <summary>What the history of an image says that was built alike; null where no image is asked.</summary>
    internal StepProvenance? Provenance { get; init; }

    /// <summary>Everything that has to be there before this can be.</summary>
    internal abstract IEnumerable<Vertex> Inputs { get; }
}

/// <summary>The history of an image up to one step: that of the base image, and the instructions since.</summary>
/// <param name="Entries">It may go on behind <paramref name="Index"/>.</param>
/// <param name="Index">The step's own entry.</param>
internal sealed record StepProvenance(IReadOnlyList<HistoryEntry> Entries, int Index);

/// <summary>An operation whose result is a root file system: a stack of layers.</summary>
internal abstract class RootVertex : Vertex;

/// <summary>An operation whose result is files that can only be copied from or mounted.</summary>
internal abstract class SourceVertex : Vertex;

/// <summary>Nothing at all: <c>scratch</c>.</summary>
internal sealed class EmptyVertex : RootVertex
{
    internal override IEnumerable<Vertex> Inputs => [];
}

/// <summary>The layers of an image that is here.</summary>
internal sealed class ImageVertex : RootVertex
{
    internal required string Name { get; init; }

    /// <summary>Lowest first.</summary>
    internal required IReadOnlyList<Digest> Layers { get; init; }

    internal override IEnumerable<Vertex> Inputs => [];
}

/// <summary>What its input is, under a name of its own: an instruction that changes no file.</summary>
internal sealed class SameVertex : RootVertex
{
    internal required RootVertex Base { get; init; }

    internal override IEnumerable<Vertex> Inputs => [Base];
}

/// <summary>A layer that was made without looking at the base, laid on top of it (<c>COPY --link</c>).</summary>
internal sealed class StackVertex : RootVertex
{
    internal required RootVertex Base { get; init; }

    internal required RootVertex Above { get; init; }

    internal override IEnumerable<Vertex> Inputs => [Base, Above];
}

/// <summary>Files that the client sent.</summary>
internal sealed class ContextVertex : SourceVertex
{
    internal required string Name { get; init; }

    internal required IBuildContext Context { get; init; }

    internal override IEnumerable<Vertex> Inputs => [];
}

/// <summary>Small files that the plan itself brings: heredocs.</summary>
internal sealed class TextVertex : SourceVertex
{
    internal required IReadOnlyList<KeyValuePair<string, byte[]>> Files { get; init; }

    internal override IEnumerable<Vertex> Inputs => [];
}

/// <summary>One file from an HTTP server.</summary>
internal sealed class DownloadVertex : SourceVertex
{
    internal required Uri Address { get; init; }

    /// <summary>Name that the file gets.</summary>
    internal required string FileName { get; init; }

    internal Digest? Checksum { get; init; }

    internal override IEnumerable<Vertex> Inputs => [];
}

/// <summary>The files of one commit of a git repository.</summary>
internal sealed class GitVertex : SourceVertex
{
    internal required GitRequest Request { get; init; }

    internal override IEnumerable<Vertex> Inputs => [];
}
