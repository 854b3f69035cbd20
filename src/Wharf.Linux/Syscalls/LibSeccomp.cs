using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Syscalls;

/// <summary>libseccomp (seccomp_init(3) and its neighbours). Loaded when first used: a start with a cached filter never does.</summary>
internal static unsafe partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    internal static partial nint Init(uint defaultAction);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    internal static partial void Release(nint context);

    [LibraryImport(Library, EntryPoint = "seccomp_version")]
    internal static partial nint Version();

    [LibraryImport(Library, EntryPoint = "seccomp_attr_set")]
    internal static partial int SetAttribute(nint context, uint attribute, uint value);

    [LibraryImport(Library, EntryPoint = "seccomp_arch_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint ResolveArchitecture(string name);

    [LibraryImport(Library, EntryPoint = "seccomp_arch_add")]
    internal static partial int AddArchitecture(nint context, uint token);

    [LibraryImport(Library, EntryPoint = "seccomp_syscall_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ResolveSystemCall(string name);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    internal static partial int AddRule(nint context, uint action, int systemCall, uint count, Comparison* comparisons);

    [LibraryImport(Library, EntryPoint = "seccomp_export_bpf")]
    internal static partial int ExportBpf(nint context, SafeFileHandle file);

    /// <summary>struct scmp_arg_cmp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Comparison
    {
        internal uint Argument;
        internal int Operation;
        internal ulong A;
        internal ulong B;
    }
}
