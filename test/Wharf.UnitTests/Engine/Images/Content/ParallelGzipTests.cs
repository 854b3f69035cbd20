using System.IO.Compression;
using System.IO.Pipelines;
using Wharf.Engine.Images.Content;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Content;

public sealed class ParallelGzipTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((5 << 20) + 17)]
    public async Task What_goes_in_comes_out_of_any_reader_whatever_the_blocks(int size)
    {
        byte[] plain = new byte[size];
        for (int i = 0; i < size; i++)
        {
            plain[i] = (byte)(i >> 9);
        }

        (byte[] large, byte[] seen) = await CompressAsync(plain, 1 << 17);
        (byte[] small, _) = await CompressAsync(plain, 1000);
        Assert.Equal(plain, seen);
        Assert.Equal(large, small);
        Assert.Equal(plain, Inflate(large));
    }

    private static async Task<(byte[] Compressed, byte[] Seen)> CompressAsync(byte[] plain, int block)
    {
        using var compressed = new MemoryStream();
        using var seen = new MemoryStream();
        PipeReader input = PipeReader.Create(new MemoryStream(plain), new StreamPipeReaderOptions(bufferSize: block));
        await ParallelGzip.CompressAsync(input, piece => seen.Write(piece), piece => compressed.Write(piece));
        return (compressed.ToArray(), seen.ToArray());
    }

    private static byte[] Inflate(byte[] compressed)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
