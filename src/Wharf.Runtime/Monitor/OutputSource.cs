using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;

namespace Wharf.Runtime.Monitor;

/// <summary>Where a process's output comes out: the read end of a pipe, or the master of its terminal.</summary>
internal sealed class OutputSource(SafeFileHandle handle, OutputKind kind, ProcessStreams owner) : EventSource(handle)
{
    internal OutputKind Kind { get; } = kind;

    internal override void OnReady(Readiness readiness) => owner.OnOutput(this);
}

/// <summary>The stream's number in Docker's stdcopy frames.</summary>
internal enum OutputKind : byte
{
    StandardOutput = 1,
    StandardError = 2,
}
