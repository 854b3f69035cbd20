using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Xunit;

namespace Wharf.KernelTests.Linux;

public sealed class OverlayMountTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-overlay-").FullName;

    public OverlayMountTests()
    {
        Assert.SkipWhen(Environment.UserName != "root", "needs root");
        foreach (string name in new[] { "upper", "work", "merged" })
        {
            Directory.CreateDirectory(In(name));
        }
    }

    public void Dispose()
    {
        foreach (string mount in MountTable.Below(_directory))
        {
            MountTable.Detach(mount);
        }

        TreeRemoval.Remove(_directory);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(127, false)]
    public void Layers_lie_over_one_another(int layers, bool isVolatile)
    {
        string[] lower = [.. Enumerable.Range(0, layers).Select(Layer)];
        OverlayMount.Mount(lower, In("upper"), In("work"), In("merged"), isVolatile);
        Assert.Equal("0", File.ReadAllText(In("merged/which")));
        Assert.Equal(layers, Directory.GetFiles(In("merged"), "only-*").Length);
        File.WriteAllText(In("merged/new"), "x");
        File.Delete(In("merged/which"));
        Assert.True(File.Exists(In("upper/new")));
        Assert.True(OverlayMount.IsOverlay(In("merged")));
        Assert.Equal([In("merged")], MountTable.Below(_directory));

        MountTable.Detach(In("merged"));
        Assert.Empty(MountTable.Below(_directory));
        Assert.Equal("0", File.ReadAllText(In("layer, 0:/which")));
        MountTable.Detach(In("merged"));
        MountTable.Detach(In("never-there"));
    }

    [Fact]
    public void A_refusal_says_what_was_tried()
    {
        LinuxException refused = Assert.Throws<LinuxException>(() =>
            OverlayMount.Mount([In("missing")], In("upper"), In("work"), In("merged"), isVolatile: false));
        Assert.Equal(Errno.ENOENT, refused.Errno);
        Assert.Empty(MountTable.Below(_directory));
    }

    [Fact]
    public void An_overlay_carries_no_overlay()
    {
        OverlayMount.Mount([Layer(0)], In("upper"), In("work"), In("merged"), isVolatile: false);
        Assert.True(OverlayMount.IsOverlay(In("merged")));
        Assert.False(OverlayMount.IsOverlay(_directory));
    }

    /// <summary>A path with all that would need escaping in a mount option.</summary>
    private string Layer(int number)
    {
        string layer = In($"layer, {number}:");
        Directory.CreateDirectory(layer);
        File.WriteAllText(layer + "/which", number.ToString());
        File.WriteAllText($"{layer}/only-{number}", "");
        return layer;
    }

    private string In(string name) => Path.Combine(_directory, name);
}
