using Microsoft.Win32.SafeHandles;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>What to make a container from.</summary>
internal sealed record CreateRequest
{
    internal required string Id { get; init; }

    internal required Spec Spec { get; init; }

    /// <summary>Absolute directory that relative paths of the specification start from.</summary>
    internal required string Bundle { get; init; }

    /// <summary>Streams of a process without a terminal; this process's own when null.</summary>
    internal StandardStreams? Streams { get; init; }

    /// <summary>Where compiled seccomp filters are kept.</summary>
    internal string? SeccompCache { get; init; }

    /// <summary>Read by init before it executes the program, when another process will say so; the handshake's socket when null.</summary>
    internal SafeFileHandle? StartFifo { get; init; }

    /// <summary>Descriptors above standard error that the program keeps.</summary>
    internal int PreservedDescriptors { get; init; }

    internal bool NoPivot { get; init; }

    internal bool NoNewKeyring { get; init; }
}

/// <summary>Makes containers: the way in for the command line and for the monitor.</summary>
internal static class ContainerFactory
{
    /// <summary>Makes a container whose init waits to be started. All or nothing.</summary>
    /// <exception cref="RuntimeFailure">Nothing of the container is left.</exception>
    internal static CreatedContainer Create(CreateRequest request) => HostSide.Create(request);
}
