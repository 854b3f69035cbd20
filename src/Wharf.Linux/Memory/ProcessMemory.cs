using System.Runtime;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Memory;

/// <summary>Giving memory of this process back to the kernel: for programs that idle most of their life.</summary>
public static class ProcessMemory
{
    private const long WorthCollecting = 64 << 10;
    private static long s_collectedAt = long.MinValue;

    /// <summary>Collects, compacts and trims, if anything worth it has been allocated since the last time.</summary>
    public static void GiveBack()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - s_collectedAt < WorthCollecting && s_collectedAt >= 0)
        {
            return;
        }

        s_collectedAt = allocated;
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = LibC.TrimHeap(0);
    }
}
