using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Processes;

namespace Wharf.Engine.Execution;

/// <summary>
/// Collects monitors that have ended, so that none stays as a zombie. One thread waits for all of them; a monitor that another daemon started
/// is init's to collect.
/// </summary>
internal static class MonitorReaper
{
    /// <param name="process">Ours from now on.</param>
    /// <returns>Completes with its exit code when it has ended.</returns>
    internal static async Task<int> Watch(SafeFileHandle process)
    {
        using (process)
        {
            while (true)
            {
                await DescriptorWaiter.WaitReadableAsync(process, CancellationToken.None);
                if (PidFd.Wait(process, block: false) is { } end)
                {
                    return end.Code;
                }
            }
        }
    }
}
