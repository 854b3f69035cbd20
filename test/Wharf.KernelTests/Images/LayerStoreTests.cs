using System.Formats.Tar;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Wharf.Engine;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Unpack;
using Wharf.Engine.Store;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Linux.Syscalls;
using Wharf.Oci;
using Xunit;
using TarEntry = System.Formats.Tar.TarEntry;

namespace Wharf.KernelTests.Images;

/// <summary>Layers as the kernel sees them once they are unpacked: what is in the archive, all of it, and nothing anywhere else.</summary>
public sealed class LayerStoreTests : IDisposable
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly DateTimeOffset Time = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(1234567);

    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-layers-").FullName;
    private readonly Database _database;
    private LayerStore _layers;

    public LayerStoreTests()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        Directory.CreateDirectory(In("root"));
        File.WriteAllText(In("outside"), "untouched");
        _database = Database.Open(In("root/wharf.db"));
        _layers = Open();
    }

    public void Dispose()
    {
        foreach (string mount in MountTable.Below(_directory))
        {
            MountTable.Detach(mount);
        }

        _database.Dispose();
        TreeRemoval.Remove(_directory);
    }

    [Fact]
    public async Task Owners_modes_times_and_kinds_are_kept()
    {
        string diff = await UnpackAsync(
            Made(new PaxTarEntry(TarEntryType.Directory, "d/") { Mode = Executable | UnixFileMode.StickyBit, Uid = 5, Gid = 6 }),
            Made(Filed("d/su", "x", Executable | UnixFileMode.SetUser, uid: 1000, gid: 50)),
            Made(new PaxTarEntry(TarEntryType.SymbolicLink, "d/link") { LinkName = "/etc/passwd", Uid = 7, Gid = 8 }),
            Made(new PaxTarEntry(TarEntryType.HardLink, "hard") { LinkName = "d/su" }),
            Made(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { Mode = Plain, DeviceMajor = 1, DeviceMinor = 3 }),
            Made(new PaxTarEntry(TarEntryType.Fifo, "fifo") { Mode = Plain, Gid = 9 }));

        Assert.Equal((FileType.Directory, 0x3edu, 5u, 6u), Summary(diff + "/d"));
        Assert.Equal((FileType.Regular, 0x9edu, 1000u, 50u), Summary(diff + "/d/su"));
        Assert.Equal((FileType.SymbolicLink, 0x1ffu, 7u, 8u), Summary(diff + "/d/link"));
        Assert.Equal("/etc/passwd", new FileInfo(diff + "/d/link").LinkTarget);
        Assert.Equal(FileStatus.Of(diff + "/d/su").Inode, FileStatus.Of(diff + "/hard").Inode);
        FileStatus device = FileStatus.Of(diff + "/null");
        Assert.Equal((FileType.CharacterDevice, 1u, 3u), (device.Type, device.DeviceMajor, device.DeviceMinor));
        Assert.Equal((FileType.Other, 0x1a4u, 0u, 9u), Summary(diff + "/fifo"));
        foreach (string name in new[] { "d", "d/su", "null", "fifo" })
        {
            Assert.Equal(Time.UtcDateTime, File.GetLastWriteTimeUtc($"{diff}/{name}"));
        }
    }

    [Fact]
    public async Task Attributes_are_kept_but_for_those_of_overlayfs()
    {
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        string diff = await UnpackAsync(Made(new PaxTarEntry(TarEntryType.RegularFile, "ping", new Dictionary<string, string>
        {
            ["LIBARCHIVE.xattr.security.capability"] = Convert.ToBase64String(capability),
            ["SCHILY.xattr.user.note"] = "kept",
            ["SCHILY.xattr.trusted.overlay.redirect"] = "/etc",
            ["SCHILY.xattr.trusted.overlay.opaque"] = "y",
        })
        { Mode = Executable, Uid = 3 }));
        Assert.Equal(capability, Attribute(diff + "/ping", "security.capability"));
        Assert.Equal("kept"u8.ToArray(), Attribute(diff + "/ping", "user.note"));
        Assert.Null(Attribute(diff + "/ping", "trusted.overlay.redirect"));
        Assert.Null(Attribute(diff + "/ping", "trusted.overlay.opaque"));
    }

    [Fact]
    public async Task Whiteouts_hide_what_is_below()
    {
        string lower = await UnpackAsync(Filed("etc/gone", "1"), Filed("etc/stays", "2"), Filed("opaque/old", "3"), Filed("tree/a/b", "4"), Filed("swap", "5"));
        string upper = await UnpackAsync(
            Filed("etc/.wh.gone", ""), Filed("etc/new", "6"), Filed("opaque/.wh..wh..opq", ""), Filed("opaque/fresh", "7"), Filed(".wh.tree", ""),
            Filed(".wh..wh.plnk/1.2", ""), Filed(".wh.swap", ""), Made(new PaxTarEntry(TarEntryType.Directory, "swap/") { Mode = Executable }));
        foreach (string name in new[] { "upper", "work", "merged" })
        {
            Directory.CreateDirectory(In(name));
        }

        OverlayMount.Mount([upper, lower], In("upper"), In("work"), In("merged"), isVolatile: false);
        Assert.Equal(["etc", "opaque", "swap"], Names(In("merged")));
        Assert.Equal(["new", "stays"], Names(In("merged/etc")));
        Assert.Equal(["fresh"], Names(In("merged/opaque")));
        Assert.Empty(Names(In("merged/swap")));
    }

    [Fact]
    public async Task Later_entries_replace_earlier_ones_of_another_kind()
    {
        string diff = await UnpackAsync(
            Filed("a/b/c", "1"), Filed("a", "file"), Filed("x", "2"), Made(new PaxTarEntry(TarEntryType.Directory, "x/") { Mode = Executable }), Filed("x/y", "3"),
            Made(new PaxTarEntry(TarEntryType.SymbolicLink, "l") { LinkName = "x" }), Filed("l", "own"), Filed("twice", "longer"), Filed("twice", "2nd"));
        Assert.Equal("file", await File.ReadAllTextAsync(diff + "/a", TestContext.Current.CancellationToken));
        Assert.Equal("3", await File.ReadAllTextAsync(diff + "/x/y", TestContext.Current.CancellationToken));
        Assert.Equal((FileType.Regular, "own"), (FileStatus.Of(diff + "/l").Type, await File.ReadAllTextAsync(diff + "/l", TestContext.Current.CancellationToken)));
        Assert.Equal("2nd", await File.ReadAllTextAsync(diff + "/twice", TestContext.Current.CancellationToken));
        Assert.Equal(["a", "l", "twice", "x"], Names(diff));
    }

    [Fact]
    public async Task Nothing_reaches_outside()
    {
        string outside = In("outside");
        TarEntry[][] attacks =
        [
            [Filed("../outside", "x")],
            [Filed("d/../../../outside", "x")],
            [Link("out", _directory), Filed("out/outside", "x")],
            [Link("out", "../../../.."), Filed("out/outside", "x")],
            [Link("f", outside), Filed("f", "x")],
            [new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = outside }, Filed("h", "x")],
            [new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "../../../outside" }],
            [Link("out", _directory), new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "out/outside" }],
            [Link("a", "b"), Link("b", _directory), Filed("a/outside", "x")],
            [Link("etc", "/proc/self/root" + _directory), Filed("etc/outside", "x")],
            [Link("out", _directory), Filed("out/.wh.outside", "")],
            [Link("out", _directory), Made(new PaxTarEntry(TarEntryType.Directory, "out/made/") { Mode = Executable })],
            [Link("out", _directory), new PaxTarEntry(TarEntryType.Directory, "out/") { Mode = UnixFileMode.None, Uid = 99 }],
        ];
        (FileType, uint, uint, uint) before = Summary(_directory);
        foreach (TarEntry[] attack in attacks)
        {
            Exception? refused = await Record.ExceptionAsync(() => UnpackAsync(attack));
            Assert.True(refused is null or WharfException or Wharf.Linux.LinuxException, $"{attack[^1].Name}: {refused}");
            Assert.Equal("untouched", await File.ReadAllTextAsync(outside, TestContext.Current.CancellationToken));
            Assert.Equal(["outside", "root"], Names(_directory));
            Assert.Equal(1u, FileStatus.Of(outside).Links);
            Assert.Equal(before, Summary(_directory));
        }

        AssertOnlyWholeLayers();
    }

    [Fact]
    public async Task A_failed_layer_leaves_nothing()
    {
        byte[] archive = Archive(Filed("a", "1"), Filed("b", new string('x', 5000)));
        await Assert.ThrowsAsync<WharfException>(() => _layers.UnpackAsync(new MemoryStream(archive[..3000]), null, CancellationToken.None));
        WharfException wrong = await Assert.ThrowsAsync<WharfException>(
            () => _layers.UnpackAsync(new MemoryStream(archive), Digest.Of("other"u8), CancellationToken.None));
        Assert.Contains(Digest.Of(archive).ToString(), wrong.Message, StringComparison.Ordinal);
        _layers = new LayerStore(In("root"), _database, NullLogger.Instance, new TarLimits { TotalBytes = 5000 });
        await Assert.ThrowsAsync<WharfException>(() => _layers.UnpackAsync(new MemoryStream(archive), null, CancellationToken.None));
        Assert.Empty(Names(In("root/layers")));
        Assert.Equal(0, _database.Query("SELECT COUNT(*) FROM layers", row => row.GetInt32(0))[0]);
    }

    [Fact]
    public async Task Opening_makes_directories_and_rows_agree()
    {
        Digest kept = Digest.Of(Archive(Filed("kept", "1")));
        Digest lost = Digest.Of(Archive(Filed("lost", "2")));
        await UnpackAsync(Filed("kept", "1"));
        TreeRemoval.Remove(Path.GetDirectoryName(await UnpackAsync(Filed("lost", "2")))!);
        Directory.CreateDirectory(In("root/layers/new-deadbeef/diff/half"));
        Directory.CreateDirectory(In($"root/layers/{new string('a', 64)}/diff"));
        _layers = Open();
        Assert.True(_layers.Contains(kept));
        Assert.False(_layers.Contains(lost));
        AssertOnlyWholeLayers();
        await UnpackAsync(Filed("lost", "2"));
        Assert.True(_layers.Contains(lost));
    }

    private static (FileType Type, uint Permissions, uint Uid, uint Gid) Summary(string path)
    {
        FileStatus status = FileStatus.Of(path);
        return (status.Type, status.Permissions, status.Uid, status.Gid);
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Order()];

    private static byte[]? Attribute(string path, string name)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        byte[] terminated = [.. Encoding.UTF8.GetBytes(name), 0];
        byte[] value = new byte[256];
        nint length = LibC.GetAttribute(file, ref terminated[0], ref value[0], value.Length);
        return length < 0 ? null : value[..(int)length];
    }

    private static PaxTarEntry Filed(string name, string contents, UnixFileMode mode = Plain, int uid = 0, int gid = 0) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(contents)), Mode = mode, Uid = uid, Gid = gid, ModificationTime = Time };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static PaxTarEntry Made(PaxTarEntry entry)
    {
        entry.ModificationTime = Time;
        return entry;
    }

    private static byte[] Archive(params TarEntry[] entries)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return archive.ToArray();
    }

    private async Task<string> UnpackAsync(params TarEntry[] entries) =>
        _layers.DiffPath((await _layers.UnpackAsync(new MemoryStream(Archive(entries)), null, TestContext.Current.CancellationToken)).DiffId);

    private LayerStore Open() => new(In("root"), _database, NullLogger.Instance);

    private string In(string name) => Path.Combine(_directory, name);

    private void AssertOnlyWholeLayers() =>
        Assert.All(Directory.EnumerateDirectories(In("root/layers")), path => Assert.True(_layers.Contains(Digest.FromSha256Hex(Path.GetFileName(path)))));
}
