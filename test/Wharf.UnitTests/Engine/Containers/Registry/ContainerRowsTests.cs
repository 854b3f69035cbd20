using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Store;
using Xunit;

namespace Wharf.UnitTests.Engine.Containers.Registry;

public sealed class ContainerRowsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-rows-").FullName;
    private readonly Database _database;
    private readonly ContainerRows _rows;

    public ContainerRowsTests()
    {
        _database = Database.Open(Path.Combine(_directory, "wharf.db"));
        _rows = new ContainerRows(_database, new EngineOptions { Root = "/r", RunDirectory = "/v" });
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void What_is_stored_comes_back()
    {
        ContainerSnapshot stored = TestContainers.Snapshot() with
        {
            Mounts = [new MountPoint { Type = "volume", Name = "v", Destination = "/x", Options = ["rbind", "rw"] }],
            Endpoints = new Dictionary<string, EndpointSettings> { ["bridge"] = new() { Aliases = ["a"] } },
        };
        _rows.Insert(stored);
        ContainerSnapshot changed = stored with
        {
            Name = "other",
            RestartCount = 2,
            State = new ContainerState { Status = ContainerStatus.Exited, ExitCode = 7, StartedAt = DateTimeOffset.UnixEpoch, Error = "e" },
            HostConfig = stored.HostConfig with { RestartPolicy = new("always") },
        };
        _rows.SaveState(changed);
        _rows.SaveName(changed);
        _rows.SaveDocument(changed);

        ContainerSnapshot loaded = Assert.Single(_rows.Load());
        Assert.Equal(
            (changed.Id, "other", 2, changed.State, "always"),
            (loaded.Id, loaded.Name, loaded.RestartCount, loaded.State, loaded.HostConfig.RestartPolicy.Name));
        Assert.Equal(changed.Config.Env, loaded.Config.Env);
        Assert.Equal(["rbind", "rw"], Assert.Single(loaded.Mounts).Options);
        Assert.Equal(["a"], loaded.Endpoints["bridge"].Aliases);
        Assert.Equal($"/r/containers/{changed.Id}", loaded.Paths.Root);

        _rows.Delete(changed.Id);
        Assert.Empty(_rows.Load());
    }
}
