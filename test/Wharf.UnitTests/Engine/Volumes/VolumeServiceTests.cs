using Microsoft.Extensions.Logging.Abstractions;
using Wharf.Engine;
using Wharf.Engine.Events;
using Wharf.Engine.Store;
using Wharf.Engine.Volumes;
using Xunit;

namespace Wharf.UnitTests.Engine.Volumes;

public sealed class VolumeServiceTests : IDisposable
{
    private static readonly Dictionary<string, IReadOnlyList<string>> NoFilters = [];
    private readonly string _root = Directory.CreateTempSubdirectory("wharf-volumes-").FullName;
    private readonly EventBus _events = new(TimeProvider.System);
    private Database _database;
    private VolumeService _volumes;

    public VolumeServiceTests() => (_database, _volumes) = Open();

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_volume_is_a_directory_and_creating_it_twice_is_once()
    {
        Volume made = _volumes.Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal(Path.Combine(_root, "volumes", "data", "_data"), made.Mountpoint);
        Assert.True(Directory.Exists(made.Mountpoint));
        Assert.Same(made, _volumes.Create(new VolumeRequest { Name = "data" }));
        Assert.Equal("b", _volumes.Find("data").Labels["a"]);
    }

    [Theory]
    [InlineData("a", "create a: volume name is too short, names should be at least two alphanumeric characters")]
    [InlineData("../up", "create ../up: \"../up\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    [InlineData(".hidden", "create .hidden: \".hidden\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    [InlineData("näme", "create näme: \"näme\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    public void Bad_names_are_refused_in_dockers_words(string name, string message)
    {
        WharfException refusal = Assert.Throws<WharfException>(() => _volumes.Create(new VolumeRequest { Name = name }));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refusal.Kind, refusal.Message));
        Assert.Empty(_volumes.List(NoFilters));
    }

    [Fact]
    public void Drivers_and_options_that_are_not_there_are_refused()
    {
        Assert.Equal(ErrorKind.NotFound, Refusal(() => _volumes.Create(new VolumeRequest { Name = "nfs", Driver = "netshare" })).Kind);
        Assert.Equal(ErrorKind.NotImplemented, Refusal(() => _volumes.Create(Option("type"))).Kind);
        Assert.Equal("create opt: invalid option: \"colour\"", Refusal(() => _volumes.Create(Option("colour"))).Message);

        static VolumeRequest Option(string name) => new() { Name = "opt", Options = new Dictionary<string, string> { [name] = "x" } };
    }

    [Fact]
    public void What_is_not_there_and_what_is_in_use_say_so()
    {
        Assert.Equal("get nope: no such volume", Refusal(() => _volumes.Find("nope")).Message);
        Assert.Equal(ErrorKind.NotFound, Refusal(() => _volumes.Remove("nope", force: false)).Kind);
        _volumes.Remove("nope", force: true);

        _volumes.Acquire("used", "local", "c1");
        WharfException inUse = Refusal(() => _volumes.Remove("used", force: true));
        Assert.Equal((ErrorKind.Conflict, "remove used: volume is in use - [c1]"), (inUse.Kind, inUse.Message));
        _volumes.Release("c1", removeAnonymous: true);
        _volumes.Remove("used", force: false);
        Assert.False(Directory.Exists(Path.Combine(_root, "volumes", "used")));
    }

    [Fact]
    public void Anonymous_volumes_go_with_their_last_user()
    {
        VolumeUse anonymous = _volumes.Acquire(null, "", "c1");
        Assert.True(anonymous.Created);
        Assert.Equal(64, anonymous.Name.Length);
        Assert.False(_volumes.Acquire(anonymous.Name, "", "c2").Created);
        File.WriteAllText(Path.Combine(anonymous.Path, "file"), "x");

        _volumes.Release("c1", removeAnonymous: true);
        Assert.True(Directory.Exists(anonymous.Path));
        _volumes.Release("c2", removeAnonymous: true);
        Assert.False(Directory.Exists(anonymous.Path));
        Assert.Empty(_volumes.List(NoFilters));
    }

    [Fact]
    public void Pruning_takes_unused_anonymous_ones_and_with_all_any()
    {
        _volumes.Create(new VolumeRequest { Name = "named" });
        _volumes.Create(new VolumeRequest { Name = "kept", Labels = new Dictionary<string, string> { ["keep"] = "" } });
        Volume anonymous = _volumes.Create(new VolumeRequest());
        File.WriteAllText(Path.Combine(anonymous.Mountpoint, "file"), "12345");
        _volumes.Acquire("used", "", "c1");

        VolumePruneResult pruned = _volumes.Prune(NoFilters);
        Assert.Equal([anonymous.Name], pruned.Deleted);
        Assert.Equal(5, pruned.SpaceReclaimed);

        Dictionary<string, IReadOnlyList<string>> all = new() { ["all"] = ["true"], ["label!"] = ["keep"] };
        Assert.Equal(["named"], _volumes.Prune(all).Deleted);
        Assert.Equal(["kept", "used"], _volumes.List(NoFilters).Select(volume => volume.Name));
    }

    [Theory]
    [InlineData("name", "web", "web-1,web-2")]
    [InlineData("label", "tier=front", "web-1")]
    [InlineData("label", "tier", "db,web-1")]
    [InlineData("dangling", "true", "db,web-2")]
    [InlineData("dangling", "0", "web-1")]
    [InlineData("driver", "local", "db,web-1,web-2")]
    [InlineData("driver", "other", "")]
    public void Lists_are_filtered_as_docker_does(string filter, string value, string expected)
    {
        _volumes.Create(new VolumeRequest { Name = "web-1", Labels = new Dictionary<string, string> { ["tier"] = "front" } });
        _volumes.Create(new VolumeRequest { Name = "web-2" });
        _volumes.Create(new VolumeRequest { Name = "db", Labels = new Dictionary<string, string> { ["tier"] = "back" } });
        _volumes.Acquire("web-1", "", "c1");
        Dictionary<string, IReadOnlyList<string>> filters = new() { [filter] = [value] };
        Assert.Equal(expected, string.Join(',', _volumes.List(filters).Select(volume => volume.Name)));
    }

    [Fact]
    public void Unknown_filters_are_refused() => Assert.Equal(
        "invalid filter 'colour'", Refusal(() => _volumes.List(new Dictionary<string, IReadOnlyList<string>> { ["colour"] = ["red"] })).Message);

    [Fact]
    public void Everything_is_there_again_after_a_restart()
    {
        _volumes.Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        _volumes.Acquire("data", "", "c1");
        Reopen();
        Assert.Equal("b", _volumes.Find("data").Labels["a"]);
        Assert.Equal(["c1"], _volumes.Find("data").Users);
    }

    [Fact]
    public void A_volume_is_real_when_its_directory_is()
    {
        _volumes.Create(new VolumeRequest { Name = "lost" });
        _volumes.Create(new VolumeRequest { Name = "found" });
        _database.Execute("DELETE FROM volumes WHERE name = 'found'");
        Directory.Delete(Path.Combine(_root, "volumes", "lost"), recursive: true);
        Directory.CreateDirectory(Path.Combine(_root, "volumes", ".removed", "half-erased"));
        Directory.CreateDirectory(Path.Combine(_root, "volumes", "half-made", "_data"));

        Reopen();
        Assert.Equal(["found"], _volumes.List(NoFilters).Select(volume => volume.Name));
        Assert.Empty(_database.Query("SELECT name FROM volumes WHERE name = 'lost'", row => row.GetString(0)));
        Assert.False(Directory.Exists(Path.Combine(_root, "volumes", ".removed")));
        Assert.True(_volumes.Create(new VolumeRequest { Name = "half-made" }).Name == "half-made");
    }

    [Fact]
    public void Making_and_removing_are_events()
    {
        using EventSubscription before = _events.Subscribe();
        _volumes.Create(new VolumeRequest { Name = "data" });
        _volumes.Remove("data", force: false);
        using EventSubscription after = _events.Subscribe();
        Assert.Equal(["create data", "destroy data"], after.Past.Skip(before.Past.Count).Select(happened => $"{happened.Action} {happened.Id}"));
    }

    private static WharfException Refusal(Action action) => Assert.Throws<WharfException>(action);

    private static WharfException Refusal(Func<object> action) => Assert.Throws<WharfException>(action);

    private void Reopen()
    {
        _database.Dispose();
        (_database, _volumes) = Open();
    }

    private (Database Database, VolumeService Volumes) Open()
    {
        Database database = Database.Open(Path.Combine(_root, "wharf.db"));
        return (database, new VolumeService(
            new EngineOptions { Root = _root }, database, _events, TimeProvider.System, NullLogger<VolumeService>.Instance));
    }
}
