using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine;
using Wharf.Engine.Builds.Context;
using Wharf.Linux.Walks;
using Wharf.Oci;
using Xunit;

namespace Wharf.KernelTests.Builds;

/// <summary>Contexts on a real file system: brought up to date, read while they change, cut off, attacked.</summary>
public sealed class ContextStoreTests : IDisposable
{
    private static readonly string s_id = new('a', 64);
    private static readonly DateTimeOffset s_time = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("wharf-contexts-").FullName;
    private ContextStore _store;

    public ContextStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Only_what_changed_is_asked_for_and_files_are_never_written_again()
    {
        ListedEntry[] listing = [Folder("d"), File("d/a", 1), File("d/b", 2), Link("l", "d/a")];
        string first;
        using (StoredContext context = Update(listing, missing: 2))
        {
            first = Path.Combine(context.Root, "d/a");
            Assert.Equal(["d", "d/a", "d/b", "l"], context.Entries.Select(entry => entry.Path));
            Assert.Equal(Digest.Of("d/b 2"u8), context.Entries[2].Content);
            Assert.Equal("d/a", System.IO.File.ResolveLinkTarget(Path.Combine(context.Root, "l"), false)!.FullName[(context.Root.Length + 1)..]);
            Assert.Equal(s_time.UtcDateTime, System.IO.File.GetLastWriteTimeUtc(first));
        }

        using FileStream old = System.IO.File.OpenRead(first);
        using StoredContext same = Update(listing, missing: 0);
        same.Dispose();
        using StoredContext changed = Update([Folder("d"), File("d/a", 3), File("e", 4)], missing: 2);

        Assert.Equal("d/a 1", new StreamReader(old).ReadToEnd());
        Assert.Equal("d/a 3", System.IO.File.ReadAllText(Path.Combine(changed.Root, "d/a")));
        Assert.Equal(["d", "d/a", "e"], changed.Entries.Select(entry => entry.Path));
        Assert.Equal(["d", "d/a", "e"], FilesIn(changed.Root));
        Assert.Equal(s_time.UtcDateTime, Directory.GetLastWriteTimeUtc(Path.Combine(changed.Root, "d")));
    }

    [Fact]
    public void A_build_that_reads_a_context_is_not_disturbed_by_one_that_changes_it()
    {
        using StoredContext reading = Update([File("a", 1)], missing: 1);
        using (StoredContext other = Update([File("a", 2)], missing: 1))
        {
            Assert.NotEqual(reading.Root, other.Root);
            Assert.Equal("a 1", System.IO.File.ReadAllText(Path.Combine(reading.Root, "a")));
        }

        reading.Dispose();
        using StoredContext newest = Update([File("a", 2)], missing: 0);
        Assert.Single(_store.Usage());
    }

    [Fact]
    public void Two_updates_of_one_context_at_once_both_come_to_their_end()
    {
        using ContextUpdate one = _store.Begin(s_id, [File("a", 1)]);
        using ContextUpdate two = _store.Begin(s_id, [File("a", 2)]);
        Send(one, [File("a", 1)]);
        Send(two, [File("a", 2)]);
        using StoredContext first = one.Complete();
        using StoredContext second = two.Complete();
        Assert.Equal("a 1", System.IO.File.ReadAllText(Path.Combine(first.Root, "a")));
        Assert.Equal("a 2", System.IO.File.ReadAllText(Path.Combine(second.Root, "a")));
        Assert.Single(_store.Usage());
    }

    [Fact]
    public void What_came_before_a_client_was_cut_off_need_not_come_again()
    {
        ListedEntry[] listing = [File("a", 1), File("b", 2), File("c", 3)];
        using (ContextUpdate cut = _store.Begin(s_id, listing))
        {
            Send(cut, listing, 0, 1);
            cut.BeginFile(2);
            cut.Append("c"u8);
        }

        using StoredContext whole = Update(listing, missing: 1);
        Assert.Equal("c 3", System.IO.File.ReadAllText(Path.Combine(whole.Root, "c")));
    }

    [Fact]
    public void Kept_contexts_outlive_the_daemon_and_half_made_ones_do_not()
    {
        using (StoredContext context = Update([File("a", 1)], missing: 1))
        {
        }

        StoredContext half = _store.Empty();
        string root = half.Root;
        _store.Dispose();
        _store = Open();
        _store.Dispose();
        Assert.False(Directory.Exists(root));

        _store = Open();
        using StoredContext again = Update([File("a", 1)], missing: 0);
        Assert.Equal("a 1", System.IO.File.ReadAllText(Path.Combine(again.Root, "a")));
    }

    [Fact]
    public void A_file_whose_stamp_cannot_be_relied_on_is_asked_for_each_time()
    {
        ListedEntry fresh = File("a", 1);
        using (ContextUpdate update = _store.Begin(s_id, [fresh]))
        {
            update.BeginFile(0);
            update.Append("a 1"u8);
            update.EndFile(0, fresh.Mode, fresh.Modified, stamp: 0, null);
            using StoredContext context = update.Complete();
        }

        using StoredContext again = Update([fresh], missing: 1);
    }

    [Fact]
    public void A_directory_becomes_a_file_and_a_file_a_directory()
    {
        using (StoredContext before = Update([Folder("x"), File("x/deep", 1), File("y", 2)], missing: 2))
        {
        }

        using StoredContext after = Update([File("x", 3), Folder("y"), File("y/deep", 4)], missing: 2);
        Assert.Equal(["x", "y", "y/deep"], FilesIn(after.Root));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("./a")]
    [InlineData("missing/a")]
    [InlineData("link/a")]
    public void A_listing_that_leads_out_is_refused(string path)
    {
        WharfException refused = Assert.Throws<WharfException>(() => _store.Begin(s_id, [Link("link", "/etc"), File(path, 1)]));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Empty(_store.Usage());
    }

    [Fact]
    public void A_context_is_not_complete_before_every_file_is_there()
    {
        using ContextUpdate update = _store.Begin(s_id, [File("a", 1)]);
        Assert.Contains("a among them", Assert.Throws<WharfException>(update.Complete).Message, StringComparison.Ordinal);
        Assert.Throws<WharfException>(() => update.BeginFile(1));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public void An_archive_becomes_a_context_that_goes_with_its_build(string compression)
    {
        using var archive = new MemoryStream();
        using (Stream? gzip = compression == "gzip" ? new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true) : null)
        using (var tar = new TarWriter(gzip ?? archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(Entry(TarEntryType.RegularFile, "./d/a", "content"));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "d/a" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = "/etc/passwd" });
        }

        archive.Position = 0;
        StoredContext context = _store.Unpack(archive, CancellationToken.None);
        Assert.Equal(["d", "d/a", "h", "out"], context.Entries.Select(entry => entry.Path));
        Assert.Equal(context.Entries[1].Content, context.Entries[2].Content);
        Assert.Empty(_store.Usage());
        context.Dispose();
        Assert.False(Directory.Exists(context.Root));
    }

    [Theory]
    [InlineData(TarEntryType.RegularFile, "../../evil", "leads out")]
    [InlineData(TarEntryType.RegularFile, "link/evil", "no directory")]
    [InlineData(TarEntryType.Fifo, "pipe", "FIFO")]
    [InlineData(TarEntryType.CharacterDevice, "null", "device")]
    [InlineData(TarEntryType.HardLink, "hard", "not there")]
    public void A_hostile_archive_is_refused_and_leaves_nothing(TarEntryType type, string name, string words)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc" });
            PaxTarEntry entry = type == TarEntryType.RegularFile ? Entry(type, name, "x") : new PaxTarEntry(type, name);
            if (type == TarEntryType.HardLink)
            {
                entry.LinkName = "/etc/passwd";
            }

            tar.WriteEntry(entry);
        }

        archive.Position = 0;
        WharfException refused = Assert.Throws<WharfException>(() => _store.Unpack(archive, CancellationToken.None));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        _store.Dispose();
        Assert.Empty(Directory.GetDirectories(Path.Combine(_root, "contexts")));
    }

    [Fact]
    public void Zeros_become_holes_whichever_way_they_come()
    {
        const long Huge = 1L << 30;
        ListedEntry sparse = new("sparse", ContextEntryType.File, 0x1a4, Huge + 3, s_time, 1, null);
        using ContextUpdate update = _store.Begin(s_id, [sparse, File("zeros", 1)]);
        update.BeginFile(0);
        update.AppendHole(Huge);
        update.Append("end"u8);
        update.EndFile(0, 0x1a4, s_time, 1, null);
        update.BeginFile(1);
        update.Append(new byte[8 << 20]);
        update.EndFile(1, 0x1a4, s_time, 1, null);
        using StoredContext context = update.Complete();

        Assert.Equal(Huge + 3, new FileInfo(Path.Combine(context.Root, "sparse")).Length);
        Assert.Equal(8L << 20, new FileInfo(Path.Combine(context.Root, "zeros")).Length);
        Assert.Equal(Digest.Of(new byte[8 << 20]), context.Entries[1].Content);
        Assert.Equal(Huge, FirstData(Path.Combine(context.Root, "sparse")));
        Assert.Equal(8L << 20, FirstData(Path.Combine(context.Root, "zeros")));
    }

    private static long FirstData(string path)
    {
        using var walk = DirectoryWalk.Open(Path.GetDirectoryName(path)!);
        using WalkedFile file = walk.OpenFile(Path.GetFileName(path));
        return file.SkipHole(0, file.Status.Size);
    }

    private static string[] FilesIn(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => path[(root.Length + 1)..]).Order(StringComparer.Ordinal)];

    private static PaxTarEntry Entry(TarEntryType type, string name, string content) =>
        new(type, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), ModificationTime = s_time };

    private static ListedEntry File(string path, ulong version) =>
        new(path, ContextEntryType.File, 0x1a4, $"{path} {version}".Length, s_time, version, null);

    private static ListedEntry Folder(string path) => new(path, ContextEntryType.Directory, 0x1ed, 0, s_time, 0, null);

    private static ListedEntry Link(string path, string target) => new(path, ContextEntryType.SymbolicLink, 0x1ff, 0, s_time, 0, target);

    private static void Send(ContextUpdate update, IReadOnlyList<ListedEntry> listing, params int[] indices)
    {
        foreach (int index in indices.Length > 0 ? indices : update.Missing)
        {
            ListedEntry entry = listing[index];
            update.BeginFile(index);
            update.Append(Encoding.UTF8.GetBytes($"{entry.Path} {entry.Stamp}"));
            update.EndFile(index, entry.Mode, entry.Modified, entry.Stamp, null);
        }
    }

    private ContextStore Open() => ContextStore.Open(_root, TimeProvider.System, NullLogger.Instance);

    private StoredContext Update(IReadOnlyList<ListedEntry> listing, int missing)
    {
        using ContextUpdate update = _store.Begin(s_id, listing);
        Assert.Equal(missing, update.Missing.Count);
        Send(update, listing);
        return update.Complete();
    }
}
