using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Clocks;

/// <summary>Short waits for what the kernel offers no event for, such as a cgroup's last process being reaped.</summary>
internal static class Pause
{
    internal static void Milliseconds(int milliseconds) => _ = LibC.Poll(0, 0, milliseconds);
}
