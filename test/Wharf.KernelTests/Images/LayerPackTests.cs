using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Engine.Store;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Linux.Syscalls;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;
using Xunit;
using TarEntry = System.Formats.Tar.TarEntry;
using TarReader = System.Formats.Tar.TarReader;
using TarWriter = Wharf.Engine.Images.Pack.TarWriter;

namespace Wharf.KernelTests.Images;

/// <summary>What a container wrote on top of a real overlay, as a layer of ours: its archive, and the directory it becomes.</summary>
public sealed class LayerPackTests : IDisposable
{
    private static readonly byte[] _capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-pack-").FullName;
    private readonly Database _database;
    private readonly ContentStore _content;
    private readonly Leases _leases = new();
    private readonly ILease _lease;
    private LayerStore _layers;

    public LayerPackTests()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        foreach (string name in (string[])["root", "upper", "work", "merged", "lower"])
        {
            Directory.CreateDirectory(In(name));
        }

        _database = Database.Open(In("root/wharf.db"));
        _content = ContentStore.Open(In("root"));
        _layers = new LayerStore(In("root"), _database, NullLogger.Instance);
        _lease = _leases.Begin();
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
    public async Task Everything_that_a_container_can_make_comes_through()
    {
        WriteThroughOverlay();
        byte[] archive = await PackAsync(In("upper"));
        Dictionary<string, TarEntry> entries = Entries(archive);
        Assert.Equal(entries.Keys.Order(StringComparer.Ordinal), entries.Keys);
        Assert.DoesNotContain("sock", entries.Keys);
        Assert.All(entries.Values, entry => Assert.Equal(("", ""), ((entry as PosixTarEntry)!.UserName, ((PosixTarEntry)entry).GroupName)));

        Assert.Equal((TarEntryType.RegularFile, 1000, 50), (entries["a-su"].EntryType, entries["a-su"].Uid, entries["a-su"].Gid));
        Assert.True(entries["a-su"].Mode.HasFlag(UnixFileMode.SetUser));
        Assert.Equal((TarEntryType.HardLink, "a-su"), (entries["b-hard"].EntryType, entries["b-hard"].LinkName));
        Assert.Equal("/nowhere", entries["link"].LinkName);
        Assert.Equal(TarEntryType.Fifo, entries["fifo"].EntryType);
        Assert.Equal((1, 3), (((PosixTarEntry)entries["null"]).DeviceMajor, ((PosixTarEntry)entries["null"]).DeviceMinor));
        Assert.Equal(4_000_000, entries["big-uid"].Uid);
        Assert.Equal(Encoding.Latin1.GetString(_capability), ExtendedOf(entries["ping"])["SCHILY.xattr.security.capability"]);
        Assert.Equal("kept", ExtendedOf(entries["ping"])["SCHILY.xattr.user.note"]);
        Assert.All(entries.Values, entry => Assert.DoesNotContain(ExtendedOf(entry).Keys, key => key.Contains("overlay", StringComparison.Ordinal)));

        Assert.Equal(0, entries["etc/.wh.gone"].Length);
        Assert.Equal("changed", Text(entries["etc/stays"]));
        Assert.True(entries.ContainsKey("opaque/.wh..wh..opq"));
        Assert.Equal(["opaque/", "opaque/.wh..wh..opq", "opaque/fresh"], entries.Keys.Where(name => name.StartsWith("opaque/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Packing_and_unpacking_give_the_same_layer_again_and_again()
    {
        WriteThroughOverlay();
        byte[] archive = await PackAsync(In("upper"));
        Assert.Equal(archive, await PackAsync(In("upper")));
        UnpackedLayer unpacked = await _layers.UnpackAsync(new MemoryStream(archive), Digest.Of(archive), TestContext.Current.CancellationToken);
        PackedLayer again = await PackedLayer.MeasureAsync(_layers.DiffPath(unpacked.DiffId), TestContext.Current.CancellationToken);
        Assert.Equal((unpacked.DiffId, archive.LongLength, unpacked.Size), (again.DiffId, again.ArchiveSize, again.FilesSize));
    }

    [Fact]
    public async Task An_upper_directory_becomes_a_layer_and_looks_the_same_on_top_of_the_lower_one()
    {
        WriteThroughOverlay();
        FileIdentity before = FileIdentity.Of(In("upper/a-su"))!.Value;
        UnpackedLayer adopted = await _layers.AdoptAsync(In("upper"), _lease, AdoptOptions.Default, TestContext.Current.CancellationToken);
        string diff = _layers.DiffPath(adopted.DiffId);
        Assert.False(Directory.Exists(In("upper")));
        Assert.Equal(before, FileIdentity.Of(diff + "/a-su"));
        Assert.Equal(adopted.DiffId, (await PackedLayer.MeasureAsync(diff, TestContext.Current.CancellationToken)).DiffId);
        Assert.Equal((await PackAsync(diff)).LongLength, _layers.PackedSizeOf(adopted.DiffId));

        Directory.CreateDirectory(In("upper"));
        OverlayMount.Mount([diff, In("lower")], In("upper"), In("work"), In("merged"), isVolatile: false);
        Assert.False(File.Exists(In("merged/etc/gone")));
        Assert.Equal(["fresh"], Directory.EnumerateFileSystemEntries(In("merged/opaque")).Select(path => Path.GetFileName(path)));
        _layers = new LayerStore(In("root"), _database, NullLogger.Instance);
        Assert.NotNull(_layers.PackedSizeOf(adopted.DiffId));
    }

    [Fact]
    public async Task An_equal_layer_that_is_there_wins()
    {
        WriteThroughOverlay();
        byte[] archive = await PackAsync(In("upper"));
        UnpackedLayer unpacked = await _layers.UnpackAsync(new MemoryStream(archive), null, TestContext.Current.CancellationToken);
        FileIdentity before = FileIdentity.Of(_layers.DiffPath(unpacked.DiffId) + "/a-su")!.Value;
        Assert.Null(_layers.PackedSizeOf(unpacked.DiffId));
        UnpackedLayer adopted = await _layers.AdoptAsync(In("upper"), _lease, AdoptOptions.Default, TestContext.Current.CancellationToken);
        Assert.Equal(unpacked, adopted);
        Assert.Equal(before, FileIdentity.Of(_layers.DiffPath(adopted.DiffId) + "/a-su"));
        Assert.Equal(archive.LongLength, _layers.PackedSizeOf(adopted.DiffId));
        Assert.Single(Directory.EnumerateDirectories(In("root/layers")));
    }

    [Fact]
    public async Task Times_later_than_wanted_are_set_back_so_that_two_builds_are_one_layer()
    {
        HashSet<Digest> layers = [];
        for (int build = 0; build < 2; build++)
        {
            string upper = In($"build{build}");
            Directory.CreateDirectory(upper + "/d");
            await File.WriteAllTextAsync(upper + "/d/old", "1", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(upper + "/d/new", "2", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(upper + "/d/old", DateTime.UnixEpoch.AddSeconds(500));
            File.SetLastWriteTimeUtc(upper + "/d/new", DateTime.UnixEpoch.AddSeconds(2000 + build));
            File.CreateSymbolicLink(upper + "/link", "d");
            layers.Add((await _layers.AdoptAsync(upper, _lease, new AdoptOptions { LatestModified = 1000 }, TestContext.Current.CancellationToken)).DiffId);
        }

        string diff = _layers.DiffPath(Assert.Single(layers));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(500), File.GetLastWriteTimeUtc(diff + "/d/old"));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1000), File.GetLastWriteTimeUtc(diff + "/d/new"));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1000), File.GetLastWriteTimeUtc(diff + "/d"));
    }

    [Fact]
    public async Task A_name_that_would_be_taken_for_a_whiteout_is_refused_and_nothing_is_left()
    {
        await File.WriteAllTextAsync(In("upper/.wh.mine"), "x", TestContext.Current.CancellationToken);
        WharfException refused = await Assert.ThrowsAsync<WharfException>(
            () => _layers.AdoptAsync(In("upper"), _lease, AdoptOptions.Default, TestContext.Current.CancellationToken));
        Assert.Contains(".wh.mine", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(In("root/layers")));
        Assert.Equal(0, _database.Query("SELECT COUNT(*) FROM layers", row => row.GetInt32(0))[0]);
    }

    [Fact]
    public async Task An_attribute_is_the_other_form_of_a_whiteout()
    {
        Directory.CreateDirectory(In("upper/d"));
        await File.WriteAllTextAsync(In("upper/d/gone"), "", TestContext.Current.CancellationToken);
        SetAttribute(In("upper/d"), "trusted.overlay.opaque", [(byte)'x']);
        SetAttribute(In("upper/d/gone"), "trusted.overlay.whiteout", []);
        Assert.Equal(["d/", "d/.wh.gone"], Entries(await PackAsync(In("upper"))).Keys);
    }

    [Fact]
    public async Task The_root_itself_is_in_the_archive_when_it_is_not_plain()
    {
        File.SetUnixFileMode(In("upper"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        byte[] archive = await PackAsync(In("upper"));
        Assert.Equal("./", Assert.Single(Entries(archive)).Key);
        UnpackedLayer unpacked = await _layers.UnpackAsync(new MemoryStream(archive), null, TestContext.Current.CancellationToken);
        Assert.Equal(0x1c0u, FileStatus.Of(_layers.DiffPath(unpacked.DiffId)).Permissions);
    }

    [Fact]
    public async Task A_layer_is_compressed_once_for_all_images_that_have_it()
    {
        WriteThroughOverlay();
        byte[] archive = await PackAsync(In("upper"));
        UnpackedLayer layer = await _layers.AdoptAsync(In("upper"), _lease, AdoptOptions.Default, TestContext.Current.CancellationToken);
        var table = new ImageTable(_database, _content, _layers, TimeProvider.System, NullLogger.Instance);
        Image first = Enter(table, layer.DiffId, "first");
        using var archives = new LayerArchives(table, _content, _layers);
        StoredBlob[] blobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => archives.EnsureBlobAsync(layer.DiffId, _lease, TestContext.Current.CancellationToken)));
        StoredBlob blob = Assert.Single(blobs.Distinct());
        Image second = Enter(table, layer.DiffId, "second");
        Assert.Equal(blob, await archives.EnsureBlobAsync(layer.DiffId, _lease, TestContext.Current.CancellationToken));
        using var inflated = new MemoryStream();
        await using (var gzip = new GZipStream(_content.OpenRead(blob.Digest), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(inflated, TestContext.Current.CancellationToken);
        }

        Assert.Equal(archive, inflated.ToArray());
        var reopened = new ImageTable(_database, _content, _layers, TimeProvider.System, NullLogger.Instance);
        Assert.All((Image[])[first, second], image => Assert.Equal(blob.Digest, reopened.Find(image.Id)!.Layers[0].Blob));
    }

    [Fact]
    public async Task A_directory_that_was_changed_is_not_archived()
    {
        await File.WriteAllTextAsync(In("upper/f"), "one", TestContext.Current.CancellationToken);
        UnpackedLayer layer = await _layers.AdoptAsync(In("upper"), _lease, AdoptOptions.Default, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_layers.DiffPath(layer.DiffId) + "/f", "two", TestContext.Current.CancellationToken);
        using var archives = new LayerArchives(new ImageTable(_database, _content, _layers, TimeProvider.System, NullLogger.Instance), _content, _layers);
        WharfException refused = await Assert.ThrowsAsync<WharfException>(
            () => archives.EnsureBlobAsync(layer.DiffId, _lease, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Internal, refused.Kind);
        Assert.Empty(_content.List());
        Assert.Empty(Directory.EnumerateFiles(In("root/content/ingest")));
    }

    private void WriteThroughOverlay()
    {
        foreach (string name in (string[])["etc", "opaque"])
        {
            Directory.CreateDirectory(In($"lower/{name}"));
        }

        File.WriteAllText(In("lower/etc/gone"), "1");
        File.WriteAllText(In("lower/etc/stays"), "2");
        File.WriteAllText(In("lower/opaque/old"), "3");
        OverlayMount.Mount([In("lower")], In("upper"), In("work"), In("merged"), isVolatile: false);
        string merged = In("merged");
        File.Delete(merged + "/etc/gone");
        File.WriteAllText(merged + "/etc/stays", "changed");
        Directory.Delete(merged + "/opaque", recursive: true);
        Directory.CreateDirectory(merged + "/opaque");
        File.WriteAllText(merged + "/opaque/fresh", "4");
        Node(merged + "/a-su", "set-user-id", 0x89ed, 1000, 50);
        using (var writer = new TreeWriter(merged))
        {
            writer.MakeHardLink("b-hard"u8, "a-su"u8);
            writer.MakeNode("fifo"u8, NodeType.Fifo, 0, 0, Metadata(9));
            writer.MakeNode("null"u8, NodeType.CharacterDevice, 1, 3, Metadata(0));
            writer.MakeSymbolicLink("link"u8, "/nowhere"u8, Metadata(7));
        }

        Node(merged + "/big-uid", "", 0x81a4, 4_000_000, 0);
        Node(merged + "/ping", "x", 0x81ed, 0, 0);
        SetAttribute(merged + "/ping", "security.capability", _capability);
        SetAttribute(merged + "/ping", "user.note", "kept"u8.ToArray());
        File.WriteAllText($"{merged}/{new string('n', 200)}", "long");
        File.WriteAllBytes(merged + "/bytes", new byte[700_000]);
        using (var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(merged + "/sock"));
        }

        MountTable.Detach(merged);
        TreeRemoval.Remove(In("work"));
        Directory.CreateDirectory(In("work"));
    }

    private static FileMetadata Metadata(uint uid) => new(0x1a4, uid, uid, 1_000_000, 0, []);

    private static void Node(string path, string contents, uint mode, uint uid, uint gid)
    {
        File.WriteAllText(path, contents);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        TreeWriter.FinishFile(file, Encoding.UTF8.GetBytes(path), new FileMetadata(mode & 0xfff, uid, gid, 1_000_000, 0, []));
    }

    private static void SetAttribute(string path, string name, byte[] value)
    {
        byte[] file = [.. Encoding.UTF8.GetBytes(path), 0];
        byte[] terminated = [.. Encoding.UTF8.GetBytes(name), 0];
        byte[] nonEmpty = [.. value, 0];
        Assert.Equal(0, LibC.SetAttributeOfPath(ref file[0], ref terminated[0], ref nonEmpty[0], value.Length, 0));
    }

    private Image Enter(ImageTable table, Digest diffId, string name)
    {
        byte[] config = Encoding.UTF8.GetBytes($$$"""{"os":"linux","architecture":"amd64","author":"{{{name}}}","rootfs":{"type":"layers","diff_ids":["{{{diffId}}}"]}}""");
        Digest id = _content.Write(config);
        table.Enter(new NewImage
        {
            Id = id,
            Reference = ImageReference.Parse(name).WithDefaultTag(),
            RepositoryDigest = null,
            Manifest = null,
            Config = ImageDocuments.ReadConfig(config),
            Layers = [new NewLayer(diffId, null)],
        });
        return table.Find(id)!;
    }

    private static async Task<byte[]> PackAsync(string directory)
    {
        using var archive = new MemoryStream();
        await Task.Run(
            () => TreePacker.PackLayer(
                directory, new TarWriter(PipeWriter.Create(archive, new StreamPipeWriterOptions(leaveOpen: true))), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        return archive.ToArray();
    }

    private static Dictionary<string, TarEntry> Entries(byte[] archive)
    {
        Dictionary<string, TarEntry> entries = [];
        using var reader = new TarReader(new MemoryStream(archive));
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry.Name, entry);
        }

        return entries;
    }

    private static IReadOnlyDictionary<string, string> ExtendedOf(TarEntry entry) => entry is PaxTarEntry pax ? pax.ExtendedAttributes : new Dictionary<string, string>();

    private static string Text(TarEntry entry) => new StreamReader(entry.DataStream!).ReadToEnd();

    private string In(string name) => Path.Combine(_directory, name);
}
