using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("Wharf.UnitTests")]
[assembly: InternalsVisibleTo("Wharf.KernelTests")]

namespace Wharf.Linux.Syscalls;

/// <summary>
/// Raw declarations, one partial file per family of manual pages (<c>LibC.Mounts.cs</c>, <c>LibC.Sockets.cs</c>, …).
/// Nothing here has logic; the typed wrappers in the sibling folders own retries, errors and descriptors.
/// </summary>
internal static partial class LibC
{
    private const string Library = "libc";
}
