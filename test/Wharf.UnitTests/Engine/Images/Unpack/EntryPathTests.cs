using System.Text;
using Wharf.Engine;
using Wharf.Engine.Images.Unpack;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Unpack;

public sealed class EntryPathTests
{
    [Theory]
    [InlineData("usr/bin/env", "usr/bin/env")]
    [InlineData("./usr//bin/./env/", "usr/bin/env")]
    [InlineData("/etc/passwd", "etc/passwd")]
    [InlineData("a/../b", "b")]
    [InlineData("a/b/../../c", "c")]
    [InlineData("./", "")]
    [InlineData("..x/.y", "..x/.y")]
    [InlineData("a/..", "")]
    public void Names_become_paths_below_the_root(string name, string path) =>
        Assert.Equal(path, Encoding.UTF8.GetString(EntryPath.Normalize(Encoding.UTF8.GetBytes(name), name)));

    [Theory]
    [InlineData("..")]
    [InlineData("../etc/passwd")]
    [InlineData("a/../../etc/passwd")]
    [InlineData("/../etc/passwd")]
    public void Names_that_lead_out_are_refused(string name) =>
        Assert.Contains(name, Assert.Throws<WharfException>(() => EntryPath.Normalize(Encoding.UTF8.GetBytes(name), name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("etc/.wh.hosts", (int)WhiteoutKind.File, "etc/hosts")]
    [InlineData(".wh.x", (int)WhiteoutKind.File, "x")]
    [InlineData("etc/.wh..wh..opq", (int)WhiteoutKind.Opaque, "etc")]
    [InlineData(".wh..wh..opq", (int)WhiteoutKind.Opaque, "")]
    [InlineData(".wh..wh.plnk/12.34", (int)WhiteoutKind.Ignored, null)]
    [InlineData(".wh..wh.aufs", (int)WhiteoutKind.Ignored, null)]
    [InlineData("etc/wh.hosts", (int)WhiteoutKind.None, null)]
    public void Whiteouts_are_told_by_their_names(string path, int kind, string? hidden)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        Assert.Equal((WhiteoutKind)kind, Whiteout.Of(bytes));
        if (hidden is not null)
        {
            Assert.Equal(hidden, Encoding.UTF8.GetString(Whiteout.HiddenPath(bytes)));
        }
    }

    [Theory]
    [InlineData(".wh.")]
    [InlineData("etc/.wh...")]
    [InlineData("etc/.wh..")]
    public void A_whiteout_hides_a_possible_name(string path) => Assert.Throws<WharfException>(() => Whiteout.Of(Encoding.UTF8.GetBytes(path)));
}
