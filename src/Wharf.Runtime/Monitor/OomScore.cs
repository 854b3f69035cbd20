using Wharf.Linux;
using Wharf.Linux.Files;

namespace Wharf.Runtime.Monitor;

/// <summary>Who goes first when the machine runs out of memory (proc(5), oom_score_adj). Children inherit it.</summary>
internal static class OomScore
{
    /// <summary>As low as containerd gives its shims: almost last.</summary>
    internal const int Monitor = -998;

    /// <summary>Without CAP_SYS_RESOURCE it cannot be lowered, which is no reason not to run.</summary>
    internal static void TrySetOwn(int score)
    {
        try
        {
            KernelFile.Write("/proc/self/oom_score_adj", $"{score}");
        }
        catch (LinuxException refused) when (refused.Errno is Errno.EACCES or Errno.EPERM)
        {
            // As every other process, then.
        }
    }

    /// <summary>A process of the container does not have the monitor's, but its own or the usual one.</summary>
    internal static void Reset(int pid, int? wanted)
    {
        try
        {
            if (wanted is null && int.Parse(File.ReadAllText("/proc/self/oom_score_adj")) < 0)
            {
                KernelFile.Write($"/proc/{pid}/oom_score_adj", "0");
            }
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            // It has ended already.
        }
    }
}
