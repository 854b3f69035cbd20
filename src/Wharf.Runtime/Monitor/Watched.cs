using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;

namespace Wharf.Runtime.Monitor;

/// <summary>A descriptor that only ever says one thing: a client waits, a process has ended.</summary>
internal sealed class Watched(SafeFileHandle handle, Action onReady) : EventSource(handle)
{
    internal override void OnReady(Readiness readiness) => onReady();
}
