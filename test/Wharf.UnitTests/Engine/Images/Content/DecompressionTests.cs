using System.IO.Compression;
using Wharf.Engine;
using Wharf.Engine.Images.Content;
using Xunit;
using ZstdSharp;

namespace Wharf.UnitTests.Engine.Images.Content;

public sealed class DecompressionTests
{
    private static readonly byte[] Plain = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 3))];

    [Fact]
    public void Leaves_uncompressed_alone() => Assert.Equal(Plain, ReadAll(Plain));

    [Fact]
    public void Leaves_less_than_a_magic_number_alone() => Assert.Equal([1, 2], ReadAll([1, 2]));

    [Fact]
    public void Inflates_gzip_of_several_members() => Assert.Equal(Plain.Concat(Plain), ReadAll([.. Gzip(Plain), .. Gzip(Plain)]));

    [Fact]
    public void Inflates_zstd_after_a_skippable_frame()
    {
        byte[] skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        using var compressor = new Compressor();
        Assert.Equal(Plain, ReadAll([.. skippable, .. compressor.Wrap(Plain)]));
    }

    [Theory]
    [InlineData("BZh91AY", "bzip2")]
    [InlineData("\u00fd7zXZ\0", "xz")]
    public void Says_what_it_does_not_know(string head, string name) =>
        Assert.Contains(name, Assert.Throws<WharfException>(() => ReadAll(System.Text.Encoding.Latin1.GetBytes(head))).Message);

    [Fact]
    public void Reading_ahead_passes_bytes_and_failures_on()
    {
        Assert.Equal(Plain, Drain(ReadAhead.Start(() => new MemoryStream(Plain))));
        Assert.Equal("no", Assert.Throws<InvalidOperationException>(() => Drain(ReadAhead.Start(() => throw new InvalidOperationException("no")))).Message);
    }

    private static byte[] ReadAll(byte[] content) => Drain(Decompression.Open(new MemoryStream(content)));

    private static byte[] Drain(Stream source)
    {
        using (source)
        {
            using var target = new MemoryStream();
            source.CopyTo(target);
            return target.ToArray();
        }
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }
}
