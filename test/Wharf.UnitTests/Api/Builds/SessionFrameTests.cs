using Wharf.Api.Builds;
using Xunit;

namespace Wharf.UnitTests.Api.Builds;

/// <summary>What one side of a build session writes, the other reads.</summary>
public sealed class SessionFrameTests
{
    [Fact]
    public void A_listing_comes_out_as_it_went_in_however_long_it_is()
    {
        List<ListedFile> files = [new("src", ListedType.Directory, 0x1ed, 0, 1_700_000_000, 5, 0, null)];
        for (int i = 0; i < 10_000; i++)
        {
            files.Add(new ListedFile($"src/f{i:d5}-ünïcode", ListedType.File, 0x9a4, i * 1_000_000L, -i, 999_999_999, ulong.MaxValue - (ulong)i, null));
        }

        files.Add(new ListedFile("z", ListedType.SymbolicLink, 0x1ff, 0, long.MinValue, 0, 0, "../elsewhere"));
        using var stream = new MemoryStream();
        var writer = new ListingWriter(new FrameWriter(stream));
        files.ForEach(writer.Add);
        writer.End();
        stream.Position = 0;

        var frames = new FrameReader(stream);
        var reader = new ListingReader();
        List<ListedFile> read = [];
        int count = 0;
        while (frames.Next() && frames.Type == BuildFrame.Entries)
        {
            reader.Read(frames.Payload.Span, read);
            count++;
        }

        Assert.Equal(BuildFrame.EntriesEnd, frames.Type);
        Assert.True(count > 1);
        Assert.Equal(files, read);
    }

    [Fact]
    public void A_file_carries_its_attributes_and_content()
    {
        using var stream = new MemoryStream();
        var writer = new FrameWriter(stream);
        FileFrames.Write(
            writer, new SentFile(7, 0x1a4, 3, 12, 34, 56, new Dictionary<string, byte[]> { ["user.a"] = [1, 2], ["security.capability"] = [] }), [9, 8, 7]);
        writer.Flush();
        stream.Position = 0;

        var reader = new FrameReader(stream);
        Assert.True(reader.Next());
        SentFile file = FileFrames.Read(reader.Payload.Span, out ReadOnlySpan<byte> content);
        Assert.Equal((7, 0x1a4u, 3L, 56ul), (file.Index, file.Mode, file.Size, file.Stamp));
        Assert.Equal([1, 2], file.Attributes!["user.a"]);
        Assert.Empty(file.Attributes["security.capability"]);
        Assert.Equal([9, 8, 7], content.ToArray());
        Assert.False(reader.Next());
    }

    [Theory]
    [InlineData(new byte[] { 2, 255, 255, 255, 255 })] // a negative length
    [InlineData(new byte[] { 2, 0, 0, 0, 127 })] // 2 GiB
    public void A_frame_of_an_impossible_length_is_refused(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => new FrameReader(new MemoryStream(bytes)).Next());

    [Theory]
    [InlineData(new byte[] { 0, 9, 1, 97 })] // shares nine bytes of no path
    [InlineData(new byte[] { 0, 0, 200, 1, 97 })] // a name of 200 bytes in one
    [InlineData(new byte[] { 77, 0, 1, 97, 0, 0, 0 })] // of no known type
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1 })] // a number without end
    [InlineData(new byte[] { 0, 0, 1 })]
    public void A_malformed_listing_is_refused(byte[] payload) =>
        Assert.Throws<InvalidDataException>(() => new ListingReader().Read(payload, []));
}
