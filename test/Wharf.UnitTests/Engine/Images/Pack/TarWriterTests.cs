using System.IO.Pipelines;
using System.Text;
using Wharf.Engine.Images.Pack;
using Wharf.Engine.Images.Unpack;
using Wharf.Linux.Files;
using Xunit;
using TarWriter = Wharf.Engine.Images.Pack.TarWriter;

namespace Wharf.UnitTests.Engine.Images.Pack;

/// <summary>Archives as another reader (.NET's) and our own see them.</summary>
public sealed class TarWriterTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("etc/passwd")]
    [InlineData("täglich/日本")]
    public void Short_names_need_no_extended_header(string name)
    {
        byte[] archive = Write(new TarMember { Name = Encoding.UTF8.GetBytes(name), Kind = TarEntryKind.File, Permissions = 0x1a4, Modified = 7 }, []);
        Assert.Equal(3 * 512, archive.Length);
        Assert.Equal(name, Theirs(archive).Name);
        Assert.Equal(name, Ours(archive).DisplayName);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(100, 155)]
    [InlineData(1, 155)]
    public void Names_that_can_be_split_need_no_extended_header(int name, int prefix)
    {
        string full = (prefix > 0 ? new string('p', prefix) + "/" : "") + new string('n', name);
        byte[] archive = Write(new TarMember { Name = Encoding.UTF8.GetBytes(full), Kind = TarEntryKind.File }, []);
        Assert.Equal(3 * 512, archive.Length);
        Assert.Equal(full, Theirs(archive).Name);
        Assert.Equal(full, Ours(archive).DisplayName);
    }

    [Theory]
    [InlineData(101, 0)]
    [InlineData(101, 10)]
    [InlineData(10, 156)]
    [InlineData(255, 3000)]
    public void Longer_names_have_one(int name, int prefix)
    {
        string full = (prefix > 0 ? new string('p', prefix) + "/" : "") + new string('n', name);
        byte[] archive = Write(new TarMember { Name = Encoding.UTF8.GetBytes(full), Kind = TarEntryKind.SymbolicLink, Target = Encoding.UTF8.GetBytes(full) }, []);
        Assert.Equal((full, full), (Theirs(archive).Name, Theirs(archive).LinkName));
        Assert.Equal((full, full), (Ours(archive).DisplayName, Encoding.UTF8.GetString(Ours(archive).Target)));
    }

    [Fact]
    public void A_long_directory_keeps_its_slash()
    {
        string full = new string('p', 60) + "/" + new string('n', 99) + "/";
        byte[] archive = Write(new TarMember { Name = Encoding.UTF8.GetBytes(full), Kind = TarEntryKind.Directory }, []);
        Assert.Equal(3 * 512, archive.Length);
        Assert.Equal(full, Ours(archive).DisplayName);
    }

    [Fact]
    public void Large_owners_times_and_attributes_come_through()
    {
        byte[] value = [0, 1, 0xff, (byte)'\n', (byte)'='];
        byte[] archive = Write(
            new TarMember
            {
                Name = "f"u8,
                Kind = TarEntryKind.File,
                Size = 3,
                Permissions = 0x9ed,
                Uid = 4_000_000_000,
                Gid = 2_097_152,
                Modified = -5,
                Attributes = [new ExtendedAttribute("security.capability", value), new ExtendedAttribute("user.empty", [])],
            },
            "abc"u8.ToArray());
        Wharf.Engine.Images.Unpack.TarEntry ours = Ours(archive);
        Assert.Equal((0x9edu, 4_000_000_000u, 2_097_152u, -5L), (ours.Metadata.Permissions, ours.Metadata.Uid, ours.Metadata.Gid, ours.Metadata.ModifiedSeconds));
        Assert.Equal(["security.capability", "user.empty"], ours.Metadata.Attributes.Select(attribute => attribute.Name));
        Assert.Equal(value, ours.Metadata.Attributes[0].Value);
    }

    [Fact]
    public void Sizes_beyond_ustar_are_in_the_extended_header()
    {
        using var stream = new MemoryStream();
        var writer = new TarWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        writer.Begin(new TarMember { Name = "big"u8, Kind = TarEntryKind.File, Size = 1L << 34 });
        writer.Finish();
        Assert.Equal(1L << 34, Ours(stream.ToArray()).Size);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(300_000)]
    public void Contents_are_padded_to_blocks(int size)
    {
        byte[] contents = new byte[size];
        new Random(size).NextBytes(contents);
        byte[] archive = Write(new TarMember { Name = "f"u8, Kind = TarEntryKind.File, Size = size }, contents);
        Assert.Equal(0, archive.Length % 512);
        using var read = new MemoryStream();
        Theirs(archive).DataStream?.CopyTo(read);
        Assert.Equal(contents, read.ToArray());
    }

    private static byte[] Write(scoped in TarMember member, byte[] contents)
    {
        using var stream = new MemoryStream();
        var writer = new TarWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        writer.Begin(in member);
        writer.Write(contents);
        writer.Pad(contents.Length);
        writer.Finish();
        Assert.Equal(stream.Length, writer.Length);
        return stream.ToArray();
    }

    private static System.Formats.Tar.TarEntry Theirs(byte[] archive) => new System.Formats.Tar.TarReader(new MemoryStream(archive)).GetNextEntry()!;

    private static Wharf.Engine.Images.Unpack.TarEntry Ours(byte[] archive)
    {
        using var reader = new Wharf.Engine.Images.Unpack.TarReader(new MemoryStream(archive), TarLimits.Default);
        return reader.Next()!;
    }
}
