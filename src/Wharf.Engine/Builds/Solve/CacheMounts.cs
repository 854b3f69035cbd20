using System.Globalization;
using System.Text;
using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Directories that stay from one run to the next (<c>RUN --mount=type=cache</c>), one for each id, and more for those that are private while
/// several builds want them at the same time.
/// </summary>
internal sealed class CacheMounts(string directory, BuildCache cache)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    internal async Task<CacheUse> AcquireAsync(CacheExecMount mount, FileTree? initial, CancellationToken cancellationToken)
    {
        string id = Digest.Of(Encoding.UTF8.GetBytes(mount.Id)).Hex;
        SemaphoreSlim? exclusive = mount.Sharing == MountSharing.Locked ? LockOf(id) : null;
        if (exclusive is not null)
        {
            await exclusive.WaitAsync(cancellationToken);
        }

        string? name = null;
        try
        {
            name = Enter(id, isPrivate: mount.Sharing == MountSharing.Private);
            string path = Path.Combine(directory, name);
            if (!Directory.Exists(path))
            {
                Make(path, mount, initial);
            }

            cache.AddMount(name, $"cached mount {mount.Target} from exec with id \"{mount.Id}\"");
            return new CacheUse(path, () => Leave(name, path, exclusive));
        }
        catch
        {
            if (name is not null)
            {
                Exit(name);
            }

            exclusive?.Release();
            throw;
        }
    }

    private string Enter(string id, bool isPrivate)
    {
        lock (_gate)
        {
            string name = id;
            for (int copy = 1; isPrivate && _users.ContainsKey(name); copy++)
            {
                name = id + "-" + copy.ToString(CultureInfo.InvariantCulture);
            }

            _users[name] = _users.GetValueOrDefault(name) + 1;
            return name;
        }
    }

    private void Exit(string name)
    {
        lock (_gate)
        {
            if (--_users[name] == 0)
            {
                _users.Remove(name);
            }
        }
    }

    private void Leave(string name, string path, SemaphoreSlim? exclusive)
    {
        cache.EndMount(name, TreeSize.Of(path));
        Exit(name);
        exclusive?.Release();
    }

    private SemaphoreSlim LockOf(string id)
    {
        lock (_gate)
        {
            return _locks.TryGetValue(id, out SemaphoreSlim? known) ? known : _locks[id] = new SemaphoreSlim(1, 1);
        }
    }

    /// <summary>Whole or not at all: it gets its name last.</summary>
    private static void Make(string path, CacheExecMount mount, FileTree? initial)
    {
        string temporary = $"{path}.new-{Guid.NewGuid():N}";
        Directory.CreateDirectory(temporary);
        if (initial is not null)
        {
            string source = RootedFiles.Resolve(initial.Directory, mount.Path.TrimStart('/') is { Length: > 0 } below ? below : ".")
                ?? throw WharfException.NotFound($"failed to compute cache key: \"{mount.Path}\": not found");
            TreeCopy.Copy(source, temporary);
        }
        else
        {
            using var writer = new TreeWriter(temporary);
            writer.MakeDirectory([], new FileMetadata(mount.Mode, mount.Uid, mount.Gid, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0, []));
            writer.Finish();
        }

        try
        {
            Directory.Move(temporary, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another build that shares it was first.
            TreeRemoval.Remove(temporary);
        }
    }
}

/// <summary>A cache while a program has it.</summary>
internal sealed class CacheUse(string directory, Action leave) : IAsyncDisposable
{
    internal string Directory { get; } = directory;

    public ValueTask DisposeAsync()
    {
        leave();
        return ValueTask.CompletedTask;
    }
}
