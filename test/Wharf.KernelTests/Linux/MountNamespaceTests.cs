using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Syscalls;
using Xunit;

namespace Wharf.KernelTests.Linux;

/// <summary>Files of a root that somebody else changes meanwhile (CVE-2018-15664).</summary>
public sealed class MountNamespaceTests : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("wharf-mntns-").FullName;

    [Fact]
    public void A_namespace_shows_what_was_mounted_in_it_and_leaves_nothing_behind()
    {
        string root = Make("root");
        string source = Make("source");
        File.WriteAllText(source + "/file", "bound");
        using (MountNamespace mounts = MountNamespace.Create(
            () =>
            {
                TmpfsMount.Mount(root, 1 << 20);
                using var inside = new RootedDirectory(root);
                BindMount.Attach(source, inside, "/deep/down", readOnly: true, withThoseBelow: false);
            },
            root,
            "test"))
        {
            Assert.Equal(5, mounts.Root.SizeOf("deep/down/file"));
            using TreeWriter writer = mounts.Root.OpenWriter();
            LinuxException refused = Assert.Throws<LinuxException>(() => writer.BeginFile("deep/down/new"u8));
            Assert.Equal(Errno.EROFS, refused.Errno);
        }

        Assert.Empty(Directory.GetFileSystemEntries(root));
        Assert.Empty(MountTable.Below(_work));
    }

    [Fact]
    public async Task A_link_that_is_swapped_meanwhile_never_leads_outside()
    {
        string outside = Make("outside");
        File.WriteAllText(outside + "/secret", "secret");
        string root = Make("root");
        Directory.CreateDirectory(root + "/inside");
        File.WriteAllText(root + "/inside/secret", "inside");
        File.CreateSymbolicLink(root + "/directory", "inside");
        using var stop = new CancellationTokenSource();
        Task swapping = Task.Run(() => Swap(root, outside, stop.Token));
        using (var inside = new RootedDirectory(root))
        {
            for (int round = 0; round < 2000; round++)
            {
                Read(inside);
                Write(inside);
            }
        }

        await stop.CancelAsync();
        await swapping;
        Assert.Equal([outside + "/secret"], Directory.GetFileSystemEntries(outside));
        Assert.Equal("secret", File.ReadAllText(outside + "/secret"));
    }

    public void Dispose() => Directory.Delete(_work, recursive: true);

    /// <summary>The link leads to a directory inside and out of the root by turns, as fast as it goes.</summary>
    private static void Swap(string root, string outside, CancellationToken stop)
    {
        byte[] next = [.. "next\0"u8];
        byte[] directory = [.. "directory\0"u8];
        using SafeFileHandle at = LibC.Open(root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        for (int round = 0; !stop.IsCancellationRequested; round++)
        {
            File.CreateSymbolicLink(root + "/next", round % 2 == 0 ? "inside" : outside);
            Assert.Equal(0, LibC.RenameAt(at, ref next[0], at, ref directory[0]));
        }
    }

    private static void Read(RootedDirectory inside)
    {
        using TreeReader? file = inside.TryWalk("directory/secret");
        if (file is not null)
        {
            byte[] content = new byte[16];
            Assert.Equal("inside", Encoding.UTF8.GetString(content, 0, file.Read(content)));
        }
    }

    private static void Write(RootedDirectory inside)
    {
        try
        {
            using TreeWriter writer = inside.OpenWriter();
            writer.BeginFile("directory/new"u8).Dispose();
        }
        catch (LinuxException)
        {
            // The directory was away, or a link to nothing inside: refused is as good as written inside.
        }
    }

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(_work, name)).FullName;
}
