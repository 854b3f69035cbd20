using System.Formats.Tar;
using System.Text;
using Wharf.Engine;
using Wharf.Engine.Images.Unpack;
using Xunit;
using TarEntry = Wharf.Engine.Images.Unpack.TarEntry;
using TarReader = Wharf.Engine.Images.Unpack.TarReader;
using Written = System.Formats.Tar.TarEntry;

namespace Wharf.UnitTests.Engine.Images.Unpack;

/// <summary>The reader against an independent writer, against damage, and against lies.</summary>
public sealed class TarReaderTests
{
    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Reads_what_another_writer_wrote(TarEntryFormat format)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 50; round++)
        {
            List<Expected> files = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Expected.Some(random, format))];
            List<Expected> read = ReadAll(Write(files, format));
            Assert.True(files.SequenceEqual(read), $"seed {seed}, round {round}: wrote\n{string.Join('\n', files)}\nread\n{string.Join('\n', read)}");
        }
    }

    [Fact]
    public void Damage_is_told_and_never_a_surprise()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        byte[] good = Write([.. Enumerable.Range(0, 12).Select(_ => Expected.Some(random, TarEntryFormat.Pax))], TarEntryFormat.Pax);
        var limits = new TarLimits { TotalBytes = 1 << 20, HeaderBytes = 1 << 16, Entries = 1000 };
        for (int round = 0; round < 3000; round++)
        {
            byte[] bad = [.. good.AsSpan(0, random.Next(3) == 0 ? random.Next(good.Length) : good.Length)];
            for (int i = random.Next(1, 8); i > 0 && bad.Length > 0; i--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            if (random.Next(2) == 0)
            {
                RepairChecksums(bad);
            }

            Exception? failure = Record.Exception(() => ReadAll(bad, limits));
            Assert.True(failure is null or WharfException { Kind: ErrorKind.InvalidArgument }, $"seed {seed}, round {round}: {failure}");
        }
    }

    [Fact]
    public void The_last_file_need_not_be_padded()
    {
        byte[] whole = Write([new Expected("only", TarEntryKind.File, "", 5, 0)], TarEntryFormat.Ustar);
        Assert.Equal("only", Assert.Single(ReadAll(whole[..517])).Name);
        Assert.Equal("only", Assert.Single(ReadAll(whole[..700])).Name);
    }

    [Fact]
    public void A_cut_names_the_entry()
    {
        byte[] whole = Write([new Expected("first", TarEntryKind.File, "", 5, 0), new Expected("second", TarEntryKind.File, "", 5000, 0)], TarEntryFormat.Ustar);
        Assert.Contains("second", Refused(whole[..3000]).Message, StringComparison.Ordinal);
        Assert.Contains("EOF", Refused(whole[..515]).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Refused([]).Message, StringComparison.Ordinal);
        Assert.Contains("not a tar", Refused(Encoding.ASCII.GetBytes(new string('x', 2000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_over_a_limit_is_refused_before_it_costs_anything()
    {
        List<Expected> files = [.. Enumerable.Range(0, 10).Select(i => new Expected($"f{i}", TarEntryKind.File, "", 1000, 0))];
        byte[] archive = Write(files, TarEntryFormat.Ustar);
        Assert.Contains("entries", Refused(archive, new TarLimits { Entries = 9 }).Message, StringComparison.Ordinal);
        Assert.Contains("9999 bytes", Refused(archive, new TarLimits { TotalBytes = 9999 }).Message, StringComparison.Ordinal);
        byte[] longName = Write([new Expected(new string('n', 5000), TarEntryKind.File, "", 0, 0)], TarEntryFormat.Pax);
        Assert.Contains("longer than 4096", Refused(longName).Message, StringComparison.Ordinal);
        Assert.Contains("extended header", Refused(longName, new TarLimits { HeaderBytes = 4000 }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12 path=a\n")]
    [InlineData("99999999999999999999 path=a\n")]
    [InlineData("10 path=a\n10")]
    [InlineData("0 path=a\n")]
    [InlineData("-5 path=a\n")]
    [InlineData("9 =value\n")]
    [InlineData("11 size=-x\n")]
    [InlineData("15 mtime=1.x2y\n")]
    public void Records_that_lie_are_refused(string records) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<WharfException>(() => PaxRecords.Parse(Encoding.UTF8.GetBytes(records))).Kind);

    [Fact]
    public void Holes_of_all_dialects_are_where_they_belong()
    {
        TarExtent[] map = [new(0, 3), new(1000, 2)];
        var inHeader = new PaxTarEntry(TarEntryType.RegularFile, "GNUSparseFile.0/x", new Dictionary<string, string>
        {
            ["GNU.sparse.size"] = "2000",
            ["GNU.sparse.name"] = "sparse",
            ["GNU.sparse.map"] = "0,3,1000,2",
        })
        { DataStream = new MemoryStream("abcde"u8.ToArray()) };
        byte[] mapBlock = new byte[512];
        "2\n0\n3\n1000\n2\n"u8.CopyTo(mapBlock);
        var inContents = new PaxTarEntry(TarEntryType.RegularFile, "GNUSparseFile.0/x", new Dictionary<string, string>
        {
            ["GNU.sparse.major"] = "1",
            ["GNU.sparse.minor"] = "0",
            ["GNU.sparse.realsize"] = "2000",
            ["GNU.sparse.name"] = "sparse",
        })
        { DataStream = new MemoryStream([.. mapBlock, .. "abcde"u8]) };
        foreach (byte[] archive in new[] { Write(inHeader), Write(inContents), OldSparse("sparse", map, 2000, "abcde"u8) })
        {
            using var reader = new TarReader(new MemoryStream(archive), TarLimits.Default);
            TarEntry entry = reader.Next()!;
            Assert.Equal("sparse", entry.DisplayName);
            Assert.Equal(2000, entry.Size);
            Assert.Equal(map, entry.Extents);
            Assert.Equal("abcde"u8, reader.ReadContents());
            Assert.Null(reader.Next());
        }
    }

    [Fact]
    public void Maps_of_holes_that_lie_are_refused()
    {
        Assert.Contains("out of order", Refused(OldSparse("s", [new(10, 3), new(5, 2)], 2000, "abcde"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("range", Refused(OldSparse("s", [new(1999, 5)], 2000, "abcde"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("map says", Refused(OldSparse("s", [new(0, 4)], 2000, "abcde"u8)).Message, StringComparison.Ordinal);
        var many = new PaxTarEntry(TarEntryType.RegularFile, "s", new Dictionary<string, string> { ["GNU.sparse.size"] = "20", ["GNU.sparse.map"] = "0,3,9,2" })
        {
            DataStream = new MemoryStream("abcde"u8.ToArray()),
        };
        Assert.Contains("more than", Refused(Write(many), new TarLimits { Extents = 1 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_and_times_come_as_exact_as_they_are_written()
    {
        var entry = new PaxTarEntry(TarEntryType.RegularFile, "x", new Dictionary<string, string>
        {
            ["SCHILY.xattr.user.a"] = "1=2",
            ["LIBARCHIVE.xattr.user.b%20c"] = "aGk",
            ["mtime"] = "-1.5",
            ["uid"] = "3000000",
        });
        using var reader = new TarReader(new MemoryStream(Write(entry)), TarLimits.Default);
        TarEntry read = reader.Next()!;
        Assert.Equal(["user.a", "user.b c"], read.Metadata.Attributes.Select(attribute => attribute.Name).Order());
        Assert.Equal("1=2"u8, read.Metadata.Attributes.Single(attribute => attribute.Name == "user.a").Value);
        Assert.Equal("hi"u8, read.Metadata.Attributes.Single(attribute => attribute.Name == "user.b c").Value);
    }

    private static WharfException Refused(byte[] archive, TarLimits? limits = null) =>
        Assert.Throws<WharfException>(() => ReadAll(archive, limits));

    private static List<Expected> ReadAll(byte[] archive, TarLimits? limits = null)
    {
        using var reader = new TarReader(new MemoryStream(archive), limits ?? TarLimits.Default);
        List<Expected> read = [];
        while (reader.Next() is { } entry)
        {
            uint sum = 0;
            for (ReadOnlySpan<byte> piece = reader.ReadContents(); !piece.IsEmpty; piece = reader.ReadContents())
            {
                foreach (byte value in piece)
                {
                    sum = (sum * 31) + value;
                }
            }

            read.Add(new Expected(entry.DisplayName, entry.Kind, Encoding.UTF8.GetString(entry.Target), (int)entry.Size, sum));
        }

        return read;
    }

    private static byte[] Write(Written entry)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, entry.Format, leaveOpen: true))
        {
            writer.WriteEntry(entry);
        }

        return archive.ToArray();
    }

    private static byte[] Write(IEnumerable<Expected> files, TarEntryFormat format)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, format, leaveOpen: true))
        {
            foreach (Expected file in files)
            {
                writer.WriteEntry(file.ToWritten(format));
            }
        }

        return archive.ToArray();
    }

    /// <summary>GNU tar's own format, which no library writes.</summary>
    private static byte[] OldSparse(string name, TarExtent[] map, long size, ReadOnlySpan<byte> contents)
    {
        byte[] archive = Write(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(contents.ToArray()) });
        archive[156] = (byte)'S';
        archive.AsSpan(345, 150).Clear();
        for (int i = 0; i < map.Length; i++)
        {
            Octal(map[i].Offset).CopyTo(archive, 386 + (24 * i));
            Octal(map[i].Length).CopyTo(archive, 398 + (24 * i));
        }

        Octal(size).CopyTo(archive, 483);
        RepairChecksums(archive);
        return archive;
    }

    private static byte[] Octal(long number) => Encoding.ASCII.GetBytes(Convert.ToString(number, 8).PadLeft(11, '0') + "\0");

    /// <summary>Makes every block that says "ustar" a header with a right sum, so that damage gets further than the sum.</summary>
    private static void RepairChecksums(byte[] archive)
    {
        for (int start = 0; start + 512 <= archive.Length; start += 512)
        {
            Span<byte> block = archive.AsSpan(start, 512);
            if (block.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                block.Slice(148, 8).Fill((byte)' ');
                int sum = 0;
                foreach (byte value in block)
                {
                    sum += value;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
            }
        }
    }

    /// <param name="Sum">Of the contents; files written hold their own index repeated.</param>
    private sealed record Expected(string Name, TarEntryKind Kind, string Target, int Size, uint Sum)
    {
        internal static Expected Some(Random random, TarEntryFormat format)
        {
            TarEntryKind kind = random.Next(4) switch
            {
                0 => TarEntryKind.SymbolicLink,
                1 => TarEntryKind.HardLink,
                2 => TarEntryKind.Directory,
                _ => TarEntryKind.File,
            };
            bool isLink = kind is TarEntryKind.SymbolicLink or TarEntryKind.HardLink;
            int longest = format is TarEntryFormat.Gnu or TarEntryFormat.Pax ? 400 : 90;
            int size = kind == TarEntryKind.File ? random.Next(3) * random.Next(3000) : 0;
            string name = Text(random, longest) + (kind == TarEntryKind.Directory ? "/" : "");
            return new Expected(name, kind, isLink ? Text(random, longest) : "", size, SumOf(Contents(size)));
        }

        internal Written ToWritten(TarEntryFormat format)
        {
            TarEntryType type = Kind switch
            {
                TarEntryKind.SymbolicLink => TarEntryType.SymbolicLink,
                TarEntryKind.HardLink => TarEntryType.HardLink,
                TarEntryKind.Directory => TarEntryType.Directory,
                _ => format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile,
            };
            Written entry = format switch
            {
                TarEntryFormat.V7 => new V7TarEntry(type, Name),
                TarEntryFormat.Ustar => new UstarTarEntry(type, Name),
                TarEntryFormat.Gnu => new GnuTarEntry(type, Name),
                _ => new PaxTarEntry(type, Name),
            };
            if (Target.Length > 0)
            {
                entry.LinkName = Target;
            }

            if (Size > 0)
            {
                entry.DataStream = new MemoryStream(Contents(Size));
            }

            return entry;
        }

        private static byte[] Contents(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)i)];

        private static uint SumOf(byte[] contents) => contents.Aggregate(0u, (sum, value) => (sum * 31) + value);

        private static string Text(Random random, int longest)
        {
            const string Letters = "abcdefghijklmnop-_./ 0123456789";
            string text = new([.. Enumerable.Range(0, random.Next(1, longest)).Select(_ => Letters[random.Next(Letters.Length)])]);
            return "n" + text.Replace('/', random.Next(4) == 0 ? '/' : 'x') + "e";
        }
    }
}
