using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Memory;

/// <summary>
/// A large buffer outside the collected heap that costs memory only where it has been written to, and can give that back without being
/// allocated anew: for programs of which many run at once, mostly idle.
/// </summary>
public sealed unsafe class PageBuffer : IDisposable
{
    private byte* _start;

    public PageBuffer(int size)
    {
        Size = size;
        _start = (byte*)LibC.MapMemory(
            null, (nuint)size, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS | LibC.MAP_NORESERVE, -1, 0);
        if (_start == (byte*)-1)
        {
            _start = null;
            throw new LinuxException("mmap", $"{size} bytes", ErrnoExtensions.Last);
        }

        // One huge page for a few bytes would undo what this is for. Kernels without huge pages refuse, which is as good.
        _ = LibC.AdviseMemory(_start, (nuint)size, LibC.MADV_NOHUGEPAGE);
    }

    public int Size { get; }

    /// <summary>Valid until <see cref="Dispose"/>.</summary>
    public Span<byte> Span => new(_start, _start is null ? 0 : Size);

    /// <summary>Gives the pages back; they read as zeros from now on.</summary>
    public void Release() => _ = LibC.AdviseMemory(_start, (nuint)Size, LibC.MADV_DONTNEED);

    public void Dispose()
    {
        if (_start is not null)
        {
            _ = LibC.UnmapMemory(_start, (nuint)Size);
            _start = null;
        }
    }
}
