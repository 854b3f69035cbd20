using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Processes;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>
/// Ends what runs in a container's cgroup without a monitor to look after it: the monitor was killed, by the kernel for want of memory or by
/// hand. A container that nobody can stop, attach to or read must not run on.
/// </summary>
internal static class Leftovers
{
    /// <summary>A process may fork while it is looked for; a cgroup that is not empty after so many rounds is left to the next start.</summary>
    private const int Rounds = 20;

    /// <returns>True when there was a cgroup.</returns>
    /// <exception cref="LinuxException">Something in it does not die.</exception>
    internal static bool Remove(Cgroup cgroup)
    {
        if (!cgroup.Exists)
        {
            return false;
        }

        for (int round = 0; round < Rounds && cgroup.Processes() is { Count: > 0 } processes; round++)
        {
            foreach (int process in processes)
            {
                Kill(process);
            }
        }

        cgroup.Delete();
        return true;
    }

    private static void Kill(int process)
    {
        try
        {
            using var descriptor = PidFd.Open(process);
            PidFd.Kill(descriptor);
            PidFd.WaitForEnd(descriptor, milliseconds: 1000);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ESRCH)
        {
            // It ended by itself meanwhile.
        }
    }
}
