using System.Diagnostics;
using Wharf.Linux;
using Wharf.Linux.Files;
using Xunit;

namespace Wharf.KernelTests.Linux;

/// <summary>Trees of any shape: removed whole, copied exactly, and never left by a link.</summary>
public sealed class TreeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-tree-").FullName;

    public void Dispose() => TreeRemoval.Remove(_directory);

    [Fact]
    public void Removal_does_not_follow_links_and_takes_odd_names()
    {
        string tree = Path.Combine(_directory, "tree");
        string outside = Path.Combine(_directory, "outside");
        Directory.CreateDirectory(tree);
        Directory.CreateDirectory(outside);
        File.WriteAllText(outside + "/precious", "x");
        Shell($"cd '{tree}' && mkdir -p a/b 'new\nline' && ln -s '{outside}' link && ln -s . loop && mkfifo a/fifo && touch \"$(printf 'bad\\377name')\" && touch a/b/c && chmod 0 a/b");
        TreeRemoval.Remove(tree);
        Assert.False(Directory.Exists(tree));
        Assert.True(File.Exists(outside + "/precious"));
    }

    [Fact]
    public void Removal_of_what_is_not_there_is_fine() => TreeRemoval.Remove(Path.Combine(_directory, "no", "such"));

    [Fact]
    public void Removal_of_a_link_leaves_its_target()
    {
        Directory.CreateDirectory(_directory + "/target/inside");
        Directory.CreateSymbolicLink(_directory + "/link", _directory + "/target");
        Assert.Throws<LinuxException>(() => TreeRemoval.Remove(_directory + "/link"));
        Assert.True(Directory.Exists(_directory + "/target/inside"));
    }

    [Fact]
    public void Removal_reaches_deeper_than_a_path_can_be_long()
    {
        string tree = Path.Combine(_directory, "deep");
        Directory.CreateDirectory(tree);
        Shell($"""
            cd '{tree}' && chain=$(printf 'a/%.0s' $(seq 100)) && mkdir -p inner/end && touch inner/end/file
            for i in $(seq 30); do mkdir -p outer/$chain && mv inner outer/$chain && mv outer inner; done
            """);
        TreeRemoval.Remove(tree);
        Assert.False(Directory.Exists(tree));
    }

    [Fact]
    public void A_copy_has_everything_the_original_has()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        string from = Path.Combine(_directory, "from");
        string to = Path.Combine(_directory, "to");
        Directory.CreateDirectory(from);
        Directory.CreateDirectory(to);
        Shell($"""
            cd '{from}' && mkdir sub && echo text > sub/file && ln sub/file hard && ln -s /no/where soft && mkfifo fifo && mknod null c 1 3
            chown 12:34 sub/file && chown -h 5:6 soft && chmod 4751 sub/file && chmod 1700 sub && chmod 750 . && chown 7:8 .
            touch -d '2001-02-03 04:05:06.789' sub/file && touch -h -d 2002-01-01 soft && touch -d 2003-01-01 sub && touch -d 2004-01-01 .
            """);
        TreeCopy.Copy(from, to);
        const string Listing = "find . -printf '%p %y %m %U %G %T@ %l %n %s\\n' | sort";
        Assert.Equal(Shell($"cd '{from}' && {Listing}"), Shell($"cd '{to}' && {Listing}"));
        Assert.Equal(Shell($"stat -c %i '{to}/hard'"), Shell($"stat -c %i '{to}/sub/file'"));
        Assert.Equal("1 3\n", Shell($"stat -c '%t %T' '{to}/null'"));
        Assert.Equal("text\n", File.ReadAllText(to + "/hard"));
    }

    [Theory]
    [InlineData("/etc/passwd", "inside")]
    [InlineData("absolute", "inside")]
    [InlineData("climbing", "inside")]
    [InlineData("../../../../../../etc/passwd", "inside")]
    [InlineData("missing", null)]
    [InlineData("loop", null)]
    [InlineData("fifo", null)]
    public void Files_are_looked_up_inside_the_root(string path, string? content)
    {
        string root = Path.Combine(_directory, "root");
        Directory.CreateDirectory(root + "/etc");
        File.WriteAllText(root + "/etc/passwd", "inside");
        Shell($"cd '{root}' && ln -s /etc/passwd absolute && ln -s ../../../../../../../../etc/passwd climbing && ln -s loop loop && mkfifo fifo");
        Assert.Equal(content, RootedFiles.ReadText(root, path, 1000));
    }

    [Fact]
    public void Only_so_much_of_a_file_is_read()
    {
        File.WriteAllText(_directory + "/large", new string('x', 100_000));
        Assert.Equal(50_000, RootedFiles.ReadText(_directory, "large", 50_000)!.Length);
    }

    private static string Shell(string script)
    {
#pragma warning disable RS0030 // A test may start what the engine must not.
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
#pragma warning restore RS0030
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return output;
    }
}
