using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wharf.Engine.Events;
using Wharf.Engine.Store;

namespace Wharf.Engine.Volumes;

/// <summary>
/// Volumes of the local driver. All of them are held in memory as immutable records under one lock; the database and the directories follow
/// each change before it is seen. Opening reconciles the two: a volume is real when its directory is.
/// </summary>
public sealed partial class VolumeService : IVolumeMounts
{
    private readonly Database _database;
    private readonly EventBus _events;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly VolumeDirectories _directories;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Volume> _volumes = new(StringComparer.Ordinal);

    public VolumeService(EngineOptions options, Database database, EventBus events, TimeProvider clock, ILogger<VolumeService> logger)
    {
        _database = database;
        _events = events;
        _clock = clock;
        _logger = logger;
        _directories = new VolumeDirectories(Path.Combine(options.Root, "volumes"));
        Recover();
    }

    /// <summary>Makes a volume; one of that name that exists already is returned as it is.</summary>
    /// <exception cref="WharfException">InvalidArgument: a bad name or option. NotFound: an unknown driver.</exception>
    public Volume Create(VolumeRequest request)
    {
        lock (_gate)
        {
            return CreateLocked(request, user: null).Volume;
        }
    }

    /// <exception cref="WharfException">NotFound.</exception>
    public Volume Find(string name)
    {
        lock (_gate)
        {
            return FindLocked(name);
        }
    }

    /// <param name="filters">name, label, driver, dangling.</param>
    public IReadOnlyList<Volume> List(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Func<Volume, bool> wanted = VolumeFilter.List(filters);
        lock (_gate)
        {
            return [.. _volumes.Values.Where(wanted)];
        }
    }

    /// <param name="force">One that does not exist is no error.</param>
    /// <exception cref="WharfException">NotFound, or Conflict: a container mounts it.</exception>
    public void Remove(string name, bool force)
    {
        string? aside;
        lock (_gate)
        {
            if (force && !_volumes.ContainsKey(name))
            {
                return;
            }

            Volume volume = FindLocked(name);
            if (volume.Users.Count > 0)
            {
                throw WharfException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", volume.Users)}]");
            }

            aside = RemoveLocked(volume);
        }

        Erase(aside);
    }

    /// <summary>Removes the volumes nobody uses: anonymous ones, or with the filter <c>all</c> any.</summary>
    public VolumePruneResult Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        Func<Volume, bool> wanted = VolumeFilter.Prune(filters);
        List<string> deleted = [];
        long reclaimed = 0;
        List<string?> aside = [];
        lock (_gate)
        {
            foreach (Volume volume in _volumes.Values.Where(wanted).ToList())
            {
                reclaimed += _directories.Measure(volume.Name);
                aside.Add(RemoveLocked(volume));
                deleted.Add(volume.Name);
            }
        }

        aside.ForEach(Erase);
        _events.Publish("volume", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString() });
        return new VolumePruneResult(deleted, reclaimed);
    }

    /// <summary>Bytes in a volume's files; walks all of them.</summary>
    public long Measure(Volume volume) => _directories.Measure(volume.Name);

    public VolumeUse Acquire(
        string? name,
        string driver,
        string containerId,
        IReadOnlyDictionary<string, string>? options = null,
        IReadOnlyDictionary<string, string>? labels = null)
    {
        var request = new VolumeRequest
        {
            Name = name,
            Driver = driver,
            Options = options ?? new Dictionary<string, string>(),
            Labels = labels ?? new Dictionary<string, string>(),
        };
        lock (_gate)
        {
            (Volume volume, bool created) = CreateLocked(request, containerId);
            if (!created)
            {
                InsertUser(volume.Name, containerId);
            }

            _volumes[volume.Name] = volume with { Users = new HashSet<string>(volume.Users) { containerId } };
            return new VolumeUse(volume.Name, volume.Driver, volume.Mountpoint, created);
        }
    }

    public void Forget(string containerId) => _database.Execute("DELETE FROM volume_users WHERE container = $1", containerId);

    public void ReleaseAllBut(IReadOnlySet<string> containers)
    {
        string[] gone;
        lock (_gate)
        {
            gone = [.. _volumes.Values.SelectMany(volume => volume.Users).Where(user => !containers.Contains(user)).Distinct()];
        }

        foreach (string container in gone)
        {
            Release(container, removeAnonymous: true);
        }
    }

    public void Release(string containerId, bool removeAnonymous)
    {
        List<string?> aside = [];
        lock (_gate)
        {
            List<Volume> used = [.. _volumes.Values.Where(volume => volume.Users.Contains(containerId))];
            if (used.Count == 0)
            {
                return;
            }

            Forget(containerId);
            foreach (Volume volume in used)
            {
                Volume released = volume with { Users = volume.Users.Where(user => user != containerId).ToHashSet() };
                _volumes[volume.Name] = released;
                if (removeAnonymous && released.IsAnonymous && released.Users.Count == 0)
                {
                    aside.Add(RemoveLocked(released));
                }
            }
        }

        aside.ForEach(Erase);
    }

    /// <param name="user">The container that it is made for, recorded at once: an anonymous volume must not outlive a crash in between.</param>
    private (Volume Volume, bool Created) CreateLocked(VolumeRequest request, string? user)
    {
        string driver = string.IsNullOrEmpty(request.Driver) ? VolumeRules.LocalDriver : request.Driver;
        bool anonymous = string.IsNullOrEmpty(request.Name);
        string name = anonymous ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) : request.Name!;
        if (_volumes.TryGetValue(name, out Volume? existing))
        {
            return existing.Driver == driver
                ? (existing, false)
                : throw WharfException.Conflict($"create {name}: conflict: volume name must be unique");
        }

        VolumeRules.CheckName(name);
        VolumeRules.CheckDriver(name, driver);
        VolumeRules.CheckOptions(name, request.Options);
        var document = new VolumeDocument
        {
            Name = name,
            Driver = driver,
            Created = _clock.GetUtcNow(),
            Labels = anonymous ? new Dictionary<string, string>(request.Labels) { [Volume.AnonymousLabel] = "" } : request.Labels,
            Options = request.Options,
        };
        _database.InTransaction(_ =>
        {
            Insert(document);
            if (user is not null)
            {
                InsertUser(name, user);
            }
        });
        try
        {
            _directories.Create(document);
        }
        catch
        {
            Delete(name);
            Erase(_directories.SetAside(name));
            throw;
        }

        Volume made = Describe(document);
        _volumes[name] = made;
        Publish("create", made);
        return (made, true);
    }

    private string? RemoveLocked(Volume volume)
    {
        string? aside = _directories.SetAside(volume.Name);
        Delete(volume.Name);
        _volumes.Remove(volume.Name);
        Publish("destroy", volume);
        return aside;
    }

    private Volume FindLocked(string name) =>
        _volumes.TryGetValue(name, out Volume? volume) ? volume : throw WharfException.NotFound($"get {name}: no such volume");

    /// <summary>Files that cannot be erased now (a mount of somebody else's inside) are tried again at the next start.</summary>
    private void Erase(string? aside)
    {
        try
        {
            if (aside is not null)
            {
                VolumeDirectories.Erase(aside);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            EraseFailed(_logger, aside!, e);
        }
    }

    /// <summary>Rows against directories, in both directions, after a crash.</summary>
    private void Recover()
    {
        try
        {
            _directories.EraseRemoved();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            EraseFailed(_logger, ".removed", e);
        }

        ILookup<string, string> users = _database
            .Query("SELECT volume, container FROM volume_users", row => (Volume: row.GetString(0), Container: row.GetString(1)))
            .ToLookup(use => use.Volume, use => use.Container);
        List<string> rows = _database.Query("SELECT name FROM volumes", row => row.GetString(0));
        foreach (VolumeDocument document in _directories.ReadAll())
        {
            if (!rows.Remove(document.Name))
            {
                Adopted(_logger, document.Name);
                Insert(document);
            }

            _volumes[document.Name] = Describe(document) with { Users = users[document.Name].ToHashSet() };
        }

        foreach (string lost in rows)
        {
            Lost(_logger, lost);
            Delete(lost);
        }
    }

    private void Insert(VolumeDocument document) => _database.Execute(
        "INSERT INTO volumes (name, driver, created, labels, options) VALUES ($1, $2, $3, $4, $5)",
        document.Name,
        document.Driver,
        document.Created.ToUnixTimeMilliseconds(),
        JsonSerializer.Serialize(document.Labels, VolumeJson.Default.IReadOnlyDictionaryStringString),
        JsonSerializer.Serialize(document.Options, VolumeJson.Default.IReadOnlyDictionaryStringString));

    private void InsertUser(string volume, string container) =>
        _database.Execute("INSERT OR IGNORE INTO volume_users (volume, container) VALUES ($1, $2)", volume, container);

    private void Delete(string name) => _database.Execute("DELETE FROM volumes WHERE name = $1", name);

    private Volume Describe(VolumeDocument document) => new()
    {
        Name = document.Name,
        Driver = document.Driver,
        Created = document.Created,
        Labels = document.Labels,
        Options = document.Options,
        Mountpoint = _directories.DataPath(document.Name),
    };

    private void Publish(string action, Volume volume) =>
        _events.Publish("volume", action, volume.Name, new Dictionary<string, string> { ["driver"] = volume.Driver });

    [LoggerMessage(1, LogLevel.Warning, "Volume {Name} was on disk but not in the database: taken over")]
    private static partial void Adopted(ILogger logger, string name);

    [LoggerMessage(2, LogLevel.Warning, "Volume {Name} has no directory any more: forgotten")]
    private static partial void Lost(ILogger logger, string name);

    [LoggerMessage(3, LogLevel.Warning, "Removed volume's files at {Path} could not be erased")]
    private static partial void EraseFailed(ILogger logger, string path, Exception failure);
}
