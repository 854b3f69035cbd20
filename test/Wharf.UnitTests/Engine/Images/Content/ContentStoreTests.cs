using Wharf.Engine;
using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Content;

public sealed class ContentStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("wharf-content-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Keeps_what_it_was_given()
    {
        ContentStore store = ContentStore.Open(_root);
        Digest digest = store.Write("hello"u8);
        Assert.True(store.Contains(digest));
        Assert.Equal(5, store.SizeOf(digest));
        Assert.Equal("hello"u8, store.ReadAll(digest, 100));
        Assert.Equal(new StoredBlob(digest, 5), Assert.Single(store.List()));
        Assert.Equal("hello"u8, ContentStore.Open(_root).ReadAll(digest, 100));
        Assert.True(store.Delete(digest));
        Assert.False(store.Delete(digest));
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<WharfException>(() => store.OpenRead(digest)).Kind);
    }

    [Fact]
    public void Names_nothing_that_is_not_what_was_expected()
    {
        ContentStore store = ContentStore.Open(_root);
        Digest expected = Digest.Of("right"u8);
        using (ContentWriter wrong = store.BeginWrite(expected))
        {
            wrong.Append("wrong"u8);
            Assert.Throws<WharfException>(() => wrong.Verify(expected, 4));
            Assert.Contains(expected.ToString(), Assert.Throws<WharfException>(() => wrong.Verify(expected, 5)).Message);
        }

        Assert.False(store.Contains(expected));
        AssertNothingIsLeft();
    }

    [Fact]
    public void Takes_the_same_blob_from_many_at_once()
    {
        ContentStore store = ContentStore.Open(_root);
        byte[] content = new byte[1 << 20];
        Random.Shared.NextBytes(content);
        Digest digest = Digest.Of(content);
        Parallel.For(0, 8, _ =>
        {
            using ContentWriter writer = store.BeginWrite(digest);
            foreach (byte[] chunk in content.Chunk(100_000))
            {
                writer.Append(chunk);
            }

            writer.Verify(digest, content.Length);
            writer.Commit();
        });
        Assert.Equal(content, store.ReadAll(digest, content.Length));
        AssertNothingIsLeft();
    }

    [Fact]
    public void Forgets_after_a_crash_what_was_half_written()
    {
        ContentStore store = ContentStore.Open(_root);
        ContentWriter writer = store.BeginWrite();
        writer.Append("half"u8);
        ContentStore.Open(_root);
        AssertNothingIsLeft();
        writer.Dispose();
    }

    private void AssertNothingIsLeft() => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_root, "content", "ingest")));
}
