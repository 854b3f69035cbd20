using System.Runtime.InteropServices;

namespace Wharf.Linux.Syscalls;

/// <summary>
/// System calls by number, for those that have no libc function or are made where libc must not be (unistd_64.h; asm-generic/unistd.h for
/// arm64). From 424 on the two architectures agree.
/// </summary>
internal static class SyscallNumber
{
    internal const nint OpenTree = 428;
    internal const nint MoveMount = 429;
    internal const nint FsOpen = 430;
    internal const nint FsConfig = 431;
    internal const nint FsMount = 432;
    internal const nint PidfdOpen = 434;
    internal const nint Clone3 = 435;
    internal const nint CloseRange = 436;
    internal const nint OpenAt2 = 437;
    internal const nint FAccessAt2 = 439;
    internal const nint MountSetattr = 442;

    internal static nint Read => Of(0, 63);

    internal static nint Write => Of(1, 64);

    internal static nint Close => Of(3, 57);

    internal static nint Ioctl => Of(16, 29);

    internal static nint Dup3 => Of(292, 24);

    internal static nint SendMsg => Of(46, 211);

    internal static nint Execve => Of(59, 221);

    internal static nint Fcntl => Of(72, 25);

    internal static nint FStatFs => Of(138, 44);

    internal static nint Fchdir => Of(81, 50);

    internal static nint Chdir => Of(80, 49);

    internal static nint Chroot => Of(161, 51);

    internal static nint Umask => Of(95, 166);

    internal static nint SetResUid => Of(117, 147);

    internal static nint SetResGid => Of(119, 149);

    internal static nint SetGroups => Of(116, 159);

    internal static nint Setsid => Of(112, 157);

    internal static nint Capset => Of(126, 91);

    internal static nint RtSigAction => Of(13, 134);

    internal static nint RtSigProcMask => Of(14, 135);

    internal static nint PivotRoot => Of(155, 41);

    internal static nint Prctl => Of(157, 167);

    internal static nint Mount => Of(165, 40);

    internal static nint Umount2 => Of(166, 39);

    internal static nint SetHostName => Of(170, 161);

    internal static nint SetDomainName => Of(171, 162);

    internal static nint ExitGroup => Of(231, 94);

    internal static nint OpenAt => Of(257, 56);

    internal static nint MkdirAt => Of(258, 34);

    internal static nint MknodAt => Of(259, 33);

    internal static nint FchownAt => Of(260, 54);

    internal static nint SymlinkAt => Of(266, 36);

    internal static nint FchmodAt => Of(268, 53);

    internal static nint Unshare => Of(272, 97);

    internal static nint SetNs => Of(308, 268);

    internal static nint Prlimit => Of(302, 261);

    internal static nint Seccomp => Of(317, 277);

    internal static nint KeyCtl => Of(250, 219);

    internal static nint Personality => Of(135, 92);

    internal static nint IoPrioSet => Of(251, 30);

    internal static nint SchedSetAttr => Of(314, 274);

    internal static nint Clone => Of(56, 220);

    internal static nint GetPid => Of(39, 172);

    internal static nint SetPgid => Of(109, 154);

    internal static nint Kill => Of(62, 129);

    internal static nint Wait4 => Of(61, 260);

    internal static nint RtSigTimedWait => Of(128, 137);

    private static nint Of(nint x64, nint arm64) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;
}
