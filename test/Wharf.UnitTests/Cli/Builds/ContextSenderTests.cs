using Wharf.Api.Builds;
using Wharf.Cli.Builds;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Walks;
using Wharf.Oci.Ignore;
using Xunit;

namespace Wharf.UnitTests.Cli.Builds;

/// <summary>A directory listed and sent, also while somebody writes to it.</summary>
public sealed class ContextSenderTests : IDisposable
{
    private const int LargeBytes = 2 << 20;
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-context-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Ignored_directories_are_not_listed_but_those_with_an_exception_are()
    {
        foreach (string path in (string[])["a", "node_modules/x/y", "logs/old", "logs/keep/this", "src/main.c"])
        {
            Write(path, "x");
        }

        File.CreateSymbolicLink(Path.Combine(_directory, "link"), "src/main.c");
        using var walk = DirectoryWalk.Open(_directory);
        List<ListedFile> files = ContextWalk.List(walk, _directory, IgnoreFile.Parse("node_modules\nlogs\n!logs/keep\n"));
        Assert.Equal(["a", "link", "logs", "logs/keep", "logs/keep/this", "src", "src/main.c"], files.Select(file => file.Path));
        Assert.Equal("src/main.c", files[1].LinkTarget);
    }

    [Fact]
    public void A_stamp_changes_with_the_file_even_if_size_and_time_do_not()
    {
        string file = Write("f", "one");
        DateTime time = File.GetLastWriteTimeUtc(file);
        ulong before = StampOf("f");
        File.WriteAllText(file + ".new", "two");
        File.Move(file + ".new", file, overwrite: true);
        File.SetLastWriteTimeUtc(file, time);
        Assert.NotEqual(before, StampOf("f"));
    }

    [Fact]
    public void A_file_that_changes_once_while_it_is_read_is_sent_again()
    {
        string file = Write("f", new string('a', LargeBytes));
        using var sink = new MeddlingStream(count =>
        {
            if (count == 1)
            {
                File.AppendAllText(file, "b");
            }
        });
        Send("f", sink);
        List<(BuildFrame Type, byte[] Payload)> frames = sink.Frames();
        Assert.Equal(2, frames.Count(frame => frame.Type == BuildFrame.FileBegin));
        Assert.Equal([0, 1], frames.Where(frame => frame.Type == BuildFrame.FileEnd).Select(frame => frame.Payload[0]));
    }

    [Fact]
    public void A_file_that_does_not_stop_changing_is_an_error_that_names_it()
    {
        string file = Write("f", new string('a', LargeBytes));
        using var sink = new MeddlingStream(_ => File.AppendAllText(file, "b"));
        CommandFailure failure = Assert.Throws<CommandFailure>(() => Send("f", sink));
        Assert.Contains($"{file} changed while it was read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_or_has_become_a_link_is_an_error()
    {
        Write("f", "x");
        File.CreateSymbolicLink(Path.Combine(_directory, "l"), "/etc/passwd");
        using var sink = new MeddlingStream(_ => { });
        Assert.Contains("was removed", Assert.Throws<CommandFailure>(() => Send("nothing", sink)).Message, StringComparison.Ordinal);
        Assert.Contains("was removed", Assert.Throws<CommandFailure>(() => Send("l", sink)).Message, StringComparison.Ordinal);
    }

    private ulong StampOf(string name)
    {
        using var walk = DirectoryWalk.Open(_directory);
        return ContextWalk.List(walk, _directory, IgnoreFile.Empty).Single(file => file.Path == name).Stamp;
    }

    private void Send(string path, Stream sink)
    {
        using var walk = DirectoryWalk.Open(_directory);
        var frames = new FrameWriter(sink);
        new ContextSender(walk, _directory, frames, TimeProvider.System).Send(0, path);
        frames.Flush();
    }

    private string Write(string path, string content)
    {
        string file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Does something each time that bytes arrive: in the middle of a large file.</summary>
    private sealed class MeddlingStream(Action<int> meddle) : MemoryStream
    {
        private int _count;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            meddle(++_count);
        }

        internal List<(BuildFrame Type, byte[] Payload)> Frames()
        {
            Position = 0;
            var reader = new FrameReader(this);
            List<(BuildFrame, byte[])> frames = [];
            while (reader.Next())
            {
                frames.Add((reader.Type, reader.Payload.ToArray()));
            }

            return frames;
        }
    }
}
