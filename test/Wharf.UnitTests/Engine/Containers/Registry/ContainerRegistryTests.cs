using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Registry;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Registry;

public sealed class ContainerRegistryTests
{
    private readonly ContainerRegistry _registry = new();

    [Fact]
    public void Finds_by_id_name_and_prefix()
    {
        Container web = Add("aa11", "web");
        Add("aa22", "db");
        Assert.Same(web, _registry.Find("aa11"));
        Assert.Same(web, _registry.Find("web"));
        Assert.Same(web, _registry.Find("/web"));
        Assert.Same(web, _registry.Find("aa1"));
    }

    [Fact]
    public void A_name_wins_over_a_prefix()
    {
        Add("aa11", "web");
        Container named = Add("bb22", "aa1");
        Assert.Same(named, _registry.Find("aa1"));
    }

    [Fact]
    public void An_ambiguous_prefix_is_refused()
    {
        Add("aa11", "web");
        Add("aa22", "db");
        WharfException refusal = Assert.Throws<WharfException>(() => _registry.Find("aa"));
        Assert.Equal("multiple IDs found with provided prefix: aa", refusal.Message);
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("")]
    [InlineData("/")]
    public void The_unknown_is_not_found(string name)
    {
        Add("aa11", "web");
        WharfException refusal = Assert.Throws<WharfException>(() => _registry.Find(name));
        Assert.Equal($"No such container: {name}", refusal.Message);
        Assert.Equal(ErrorKind.NotFound, refusal.Kind);
    }

    [Fact]
    public void A_name_can_be_taken_once()
    {
        _registry.ReserveName("web", "1234");
        WharfException refusal = Assert.Throws<WharfException>(() => _registry.ReserveName("/web", "5678"));
        Assert.Equal(ErrorKind.Conflict, refusal.Kind);
        Assert.Equal(
            "Conflict. The container name \"/web\" is already in use by container \"1234\". You have to remove (or rename) that container to be "
            + "able to reuse that name.",
            refusal.Message);
        _registry.FreeName("web");
        Assert.Equal("web", _registry.ReserveName("web", "5678"));
    }

    [Fact]
    public void A_removed_container_frees_its_name()
    {
        Container web = Add("aa11", "web");
        _registry.Remove(web);
        Assert.Empty(_registry.All);
        Assert.Equal("web", _registry.ReserveName("web", "bb"));
    }

    [Fact]
    public void Names_are_made_up_until_all_are_taken()
    {
        HashSet<string> names = [];
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(names.Add(_registry.ReserveName(null, $"id{i}")));
        }
    }

    [Fact]
    public async Task Waiters_are_told_once()
    {
        Container web = Add("aa11", "web");
        Task<WaitResult> next = web.WaitFor(WaitCondition.NextExit, TestContext.Current.CancellationToken);
        Task<WaitResult> removed = web.WaitFor(WaitCondition.Removed, TestContext.Current.CancellationToken);
        Assert.Equal(new WaitResult(0, null), await web.WaitFor(WaitCondition.NotRunning, TestContext.Current.CancellationToken));
        web.Notify(new WaitResult(3, null), WaitCondition.NextExit, WaitCondition.NotRunning);
        Assert.Equal(3, (await next).ExitCode);
        Assert.False(removed.IsCompleted);
        web.Notify(new WaitResult(3, null), WaitCondition.Removed);
        Assert.Equal(3, (await removed).ExitCode);
    }

    private Container Add(string id, string name)
    {
        var container = new Container(TestContainers.Snapshot() with { Id = id, Name = name });
        _registry.Add(container);
        return container;
    }
}
