using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Seccomp;

/// <summary>A condition on one argument of a system call.</summary>
/// <param name="Comparison">SCMP_CMP_*: 1 NE, 2 LT, 3 LE, 4 EQ, 5 GE, 6 GT, 7 MASKED_EQ.</param>
public readonly record struct SeccompComparison(uint Index, int Comparison, ulong Value, ulong ValueTwo);

/// <summary>Builds a filter with libseccomp and gives out the kernel's instructions, to be installed later, by whoever, any number of times.</summary>
public sealed class SeccompFilter : IDisposable
{
    private const int EEXIST = 17;
    private const int EDOM = 33;
    private const uint AttributeOptimize = 8;
    private readonly nint _context;

    /// <param name="defaultAction">SCMP_ACT_*, with its errno in the low bits.</param>
    /// <exception cref="LinuxException"/>
    public SeccompFilter(uint defaultAction)
    {
        _context = LibSeccomp.Init(defaultAction);
        if (_context == 0)
        {
            throw new LinuxException("seccomp_init", $"default action 0x{defaultAction:x}", Errno.EINVAL);
        }

        // A binary tree instead of a linear scan, where libseccomp knows it (2.5).
        _ = LibSeccomp.SetAttribute(_context, AttributeOptimize, 2);
    }

    /// <summary>libseccomp's version, since another version may compile the same profile differently.</summary>
    public static unsafe string LibraryVersion
    {
        get
        {
            uint* version = (uint*)LibSeccomp.Version();
            return $"{version[0]}.{version[1]}.{version[2]}";
        }
    }

    /// <summary>Adds an architecture by libseccomp's name for it (<c>x86</c>, <c>x32</c>, <c>aarch64</c>).</summary>
    /// <returns>False when libseccomp does not know it.</returns>
    public bool AddArchitecture(string name)
    {
        uint token = LibSeccomp.ResolveArchitecture(name);
        return token != 0 && LibSeccomp.AddArchitecture(_context, token) is 0 or -EEXIST or -EDOM;
    }

    /// <summary>Adds a rule; a system call that this machine does not have is left out.</summary>
    /// <exception cref="LinuxException"/>
    public unsafe void AddRule(uint action, string systemCall, ReadOnlySpan<SeccompComparison> conditions)
    {
        int number = LibSeccomp.ResolveSystemCall(systemCall);
        if (number == -1)
        {
            return;
        }

        LibSeccomp.Comparison* comparisons = stackalloc LibSeccomp.Comparison[Math.Max(conditions.Length, 1)];
        for (int i = 0; i < conditions.Length; i++)
        {
            comparisons[i] = new LibSeccomp.Comparison
            {
                Argument = conditions[i].Index,
                Operation = conditions[i].Comparison,
                A = conditions[i].Value,
                B = conditions[i].ValueTwo,
            };
        }

        int result = LibSeccomp.AddRule(_context, action, number, (uint)conditions.Length, comparisons);

        // EEXIST: the same rule twice. EACCES: the default action said again.
        if (result is not (0 or -EEXIST or -(int)Errno.EACCES))
        {
            throw new LinuxException("seccomp_rule_add", systemCall, (Errno)(-result));
        }
    }

    /// <summary>The filter as classic BPF, eight bytes an instruction.</summary>
    /// <exception cref="LinuxException"/>
    public byte[] Export()
    {
        using SafeFileHandle memory = LibC.MemfdCreate("seccomp", 1);
        if (memory.IsInvalid)
        {
            throw new LinuxException("memfd_create", "seccomp", ErrnoExtensions.Last);
        }

        int result = LibSeccomp.ExportBpf(_context, memory);
        if (result != 0)
        {
            throw new LinuxException("seccomp_export_bpf", "", (Errno)(-result));
        }

        byte[] filter = new byte[RandomAccess.GetLength(memory)];
        RandomAccess.Read(memory, filter, 0);
        return filter;
    }

    public void Dispose() => LibSeccomp.Release(_context);
}
