using Wharf.Engine;
using Wharf.Engine.Store;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Store;

/// <summary>The engine's rows on a disk without a free block: what makes room again must go on working.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-full-").FullName;

    public FullDiskTests() => Assert.SkipWhen(Environment.UserName != "root", "needs root");

    private string Path => _directory + "/wharf.db";

    public void Dispose()
    {
        foreach (string mount in MountTable.Below(_directory))
        {
            MountTable.Detach(mount);
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Rows_change_and_go_on_a_full_disk()
    {
        TmpfsMount.Mount(_directory, 16 << 20);
        using Database database = Database.Open(Path);
        for (int i = 0; i < 100; i++)
        {
            database.Execute("INSERT INTO layers (diff_id, size) VALUES ($1, 1)", $"sha256:{i}");
        }

        FillUp();

        // The log's index as a mapped file would end the process here, not the statement.
        Assert.False(File.Exists(Path + "-shm"));
        for (int i = 0; i < 100; i++)
        {
            database.InTransaction(rows => rows.Execute("UPDATE layers SET size = 2 WHERE diff_id = $1", $"sha256:{i}"));
            Assert.Equal(1, database.Execute("DELETE FROM layers WHERE diff_id = $1", $"sha256:{i}"));
        }
    }

    [Fact]
    public void What_finds_no_room_says_so()
    {
        // Too small for the reserve.
        TmpfsMount.Mount(_directory, 2 << 20);
        using Database database = Database.Open(Path);
        FillUp();
        var failure = Assert.Throws<WharfException>(() => database.Execute("INSERT INTO layers (diff_id, size) VALUES ($1, 1)", new string('x', 1 << 20)));
        Assert.Equal($"write {Path}: no space left on device", failure.Message);
        failure = Assert.Throws<WharfException>(() => database.InTransaction(
            rows => rows.Execute("INSERT INTO layers (diff_id, size) VALUES ($1, 1)", new string('x', 1 << 20))));
        Assert.Equal($"write {Path}: no space left on device", failure.Message);
        Assert.Empty(database.Query("SELECT diff_id FROM layers", row => row.GetString(0)));
    }

    private void FillUp()
    {
        using FileStream filler = File.Create(_directory + "/filler");
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // Full, which is what was wanted.
        }
    }
}
