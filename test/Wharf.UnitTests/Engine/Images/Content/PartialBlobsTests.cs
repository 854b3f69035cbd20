using Wharf.Engine.Images.Content;
using Wharf.Oci;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Content;

public sealed class PartialBlobsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-partial-").FullName;
    private readonly PartialBlobs _partial;

    public PartialBlobsTests() => _partial = new PartialBlobs(_directory, limit: 100, TimeProvider.System);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string[] Left => [.. Directory.EnumerateFiles(_directory).Select(path => Path.GetFileName(path)).Order()];

    private string Leave(string name, int size, TimeSpan age)
    {
        string file = $"sha256-{Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).Hex}";
        string path = Path.Combine(_directory, file);
        File.WriteAllBytes(path, new byte[size]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return file;
    }

    [Fact]
    public void Old_ones_go()
    {
        string young = Leave("young", 1, TimeSpan.FromDays(6));
        Leave("old", 1, TimeSpan.FromDays(8));
        _partial.Trim(_ => false);
        Assert.Equal([young], Left);
    }

    [Fact]
    public void The_oldest_of_too_much_go_and_the_last_one_stays_whatever_its_size()
    {
        string last = Leave("last", 101, TimeSpan.Zero);
        Leave("first", 1, TimeSpan.FromHours(1));
        _partial.Trim(_ => false);
        Assert.Equal([last], Left);
        File.Delete(Path.Combine(_directory, last));
        string[] few = [Leave("a", 60, TimeSpan.Zero), Leave("b", 40, TimeSpan.FromHours(1))];
        Leave("c", 1, TimeSpan.FromHours(2));
        _partial.Trim(_ => false);
        Assert.Equal(few.Order(), Left);
    }

    [Fact]
    public void What_is_there_whole_goes_and_what_is_no_blob()
    {
        Leave("whole", 1, TimeSpan.Zero);
        File.WriteAllText(Path.Combine(_directory, "notes"), "");
        _partial.Trim(_ => true);
        Assert.Empty(Left);
    }

    [Fact]
    public void One_that_is_written_to_stays_and_is_nobody_elses()
    {
        string file = Leave("x", 200, TimeSpan.FromDays(9));
        Digest digest = Digest.FromSha256Hex(file["sha256-".Length..]);
        string claimed = _partial.Claim(digest)!;
        Assert.Null(_partial.Claim(digest));
        _partial.Trim(_ => true);
        Assert.Equal(0, _partial.Clear());
        Assert.Equal([file], Left);
        _partial.Release(claimed);
        Assert.Equal(200, _partial.Clear());
        Assert.Empty(Left);
    }
}
