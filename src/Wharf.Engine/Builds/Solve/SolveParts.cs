using Microsoft.Extensions.Logging;
using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Transfers;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>What all builds share.</summary>
internal sealed record SolveParts
{
    internal required EngineOptions Options { get; init; }

    internal required ImageService Images { get; init; }

    /// <summary>Where files from git repositories go.</summary>
    internal required ContextStore Contexts { get; init; }

    internal required BuildCache Cache { get; init; }

    internal required CacheMounts Mounts { get; init; }

    internal required ExecStep Exec { get; init; }

    /// <summary>Steps that run now, by their keys: a second build that needs one waits for it.</summary>
    internal SharedTransfers<Digest, StepPiece> Running { get; } = new();

    /// <summary>How many steps work at the same time.</summary>
    internal required SemaphoreSlim Slots { get; init; }

    internal required TimeProvider Clock { get; init; }

    internal required ILogger Log { get; init; }
}

/// <summary>A piece of output of a step.</summary>
internal sealed record StepPiece(OutputStream Stream, ReadOnlyMemory<byte> Bytes);
