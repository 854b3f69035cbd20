using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Steps that make a terminal inside the container (pts(4), ioctl_tty(2)).</summary>
public sealed unsafe partial class ChildProgram
{
    private const int TIOCSPTLCK = 0x4004_5431;
    private const int TIOCGPTPEER = 0x5441;
    private const int TIOCSCTTY = 0x540e;
    private const int TIOCSWINSZ = 0x5414;

    /// <summary>Opens a new terminal of the devpts below <paramref name="root"/>; the slave's slot is for <see cref="UseTerminal"/>.</summary>
    public (Slot Master, Slot Slave) NewTerminal(Slot root, ushort rows, ushort columns)
    {
        Slot master = NewSlot();
        Slot slave = NewSlot();
        const int flags = LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_CLOEXEC;
        Call("open terminal", "/dev/pts/ptmx", SyscallNumber.OpenAt2, root, Text("dev/pts/ptmx"), How(flags, LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS), sizeof(LibC.OpenHow)).Into(master);
        Call("unlock terminal", "", SyscallNumber.Ioctl, master, TIOCSPTLCK, Buffer(4));
        Call("open terminal", "", SyscallNumber.Ioctl, master, TIOCGPTPEER, flags).Into(slave);
        if (rows > 0 || columns > 0)
        {
            Call("resize terminal", "", SyscallNumber.Ioctl, master, TIOCSWINSZ, Bytes([(byte)rows, (byte)(rows >> 8), (byte)columns, (byte)(columns >> 8), 0, 0, 0, 0]));
        }

        return (master, slave);
    }

    /// <summary>Makes a terminal this session's, and standard input, output and error.</summary>
    public void UseTerminal(Slot slave)
    {
        Call("set controlling terminal", "", SyscallNumber.Ioctl, slave, TIOCSCTTY, 0);
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            DuplicateTo(slave, descriptor);
        }
    }

    /// <summary>Gives a terminal or pipe to the user that is to open it by <c>/dev/stdout</c>; its group stays.</summary>
    public void ChangeOwner(Slot file, uint uid) =>
        Call("chown", "", SyscallNumber.FchownAt, file, Text(""), uid, uint.MaxValue, LibC.AT_EMPTY_PATH).Unless(Errno.EINVAL, Errno.EPERM, Errno.EROFS);
}
