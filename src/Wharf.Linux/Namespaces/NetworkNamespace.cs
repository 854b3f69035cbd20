using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Mounts;
using Wharf.Linux.Netlink;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Namespaces;

/// <summary>
/// Network namespaces kept alive by a bind mount: network_namespaces(7). Each entry happens on a thread of its own that then ends.
/// </summary>
public static class NetworkNamespace
{
    private const string OfThisThread = "/proc/thread-self/ns/net";

    /// <summary>
    /// Makes a namespace, mounts it on the new file <paramref name="path"/>, and runs <paramref name="configure"/> on the thread that is
    /// inside. What that opens by path under /proc/sys/net is the new namespace's; sockets opened before stay where they were opened.
    /// </summary>
    /// <param name="configure">Gets the namespace's descriptor and a netlink socket inside it, both closed afterwards.</param>
    /// <exception cref="LinuxException">Nothing is left behind when the namespace itself failed; <paramref name="configure"/>'s failures are the caller's to undo.</exception>
    public static Task CreateAsync(string path, Action<SafeFileHandle, NetlinkSocket> configure) => NamespaceThread.RunAsync("netns", () =>
    {
        if (LibC.UnshareThread(LibC.NewNetworkNamespace) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("create network namespace", "", errno);
        }

        File.WriteAllBytes(path, []);
        if (LibC.ClassicMount(OfThisThread, path, null, LibC.MS_BIND, null) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            File.Delete(path);
            throw new LinuxException("mount network namespace on", path, errno);
        }

        using SafeFileHandle descriptor = File.OpenHandle(OfThisThread);
        using NetlinkSocket socket = NetlinkSocket.Open();
        configure(descriptor, socket);
    });

    /// <summary>Runs <paramref name="work"/> on a thread inside the namespace mounted on <paramref name="path"/>.</summary>
    /// <exception cref="LinuxException"/>
    public static Task EnterAsync(string path, Action<SafeFileHandle, NetlinkSocket> work) => NamespaceThread.RunAsync("netns", () =>
    {
        using SafeFileHandle descriptor = File.OpenHandle(path);
        if (LibC.EnterNamespace(descriptor, LibC.NewNetworkNamespace) != 0)
        {
            Errno errno = ErrnoExtensions.Last;
            throw new LinuxException("enter network namespace", path, errno);
        }

        using NetlinkSocket socket = NetlinkSocket.Open();
        work(descriptor, socket);
    });

    /// <summary>
    /// Takes the mount and its file away. The kernel frees the namespace and its interfaces on its own, after the last process is gone.
    /// One that is gone already is as good.
    /// </summary>
    /// <exception cref="LinuxException"/>
    public static void Remove(string path)
    {
        MountTable.Detach(path);
        File.Delete(path);
    }

    /// <summary>Whether a namespace is mounted on <paramref name="path"/>, as opposed to an empty file that a reboot or a crash left.</summary>
    public static unsafe bool IsMounted(string path)
    {
        long* buffer = stackalloc long[15];

        // SAFETY: struct statfs has 120 bytes on both 64-bit architectures.
        return LibC.FileSystemOf(path, buffer) == 0 && buffer[0] == LibC.NamespaceFileSystem;
    }
}
