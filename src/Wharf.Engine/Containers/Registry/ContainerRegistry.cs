using Wharf.Engine.Containers.Naming;

namespace Wharf.Engine.Containers.Registry;

/// <summary>All containers by id and name. Lookups take a short lock and never wait for a container's writer.</summary>
internal sealed class ContainerRegistry
{
    private const int NameAttempts = 64;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Container> _byId = new(StringComparer.Ordinal);

    /// <summary>Name to id. A name is reserved before its container exists and freed after it has gone.</summary>
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private volatile Container[] _newestFirst = [];

    internal IReadOnlyList<Container> All => _newestFirst;

    /// <param name="given">As asked for, or null for a random one.</param>
    /// <returns>The name that is now <paramref name="id"/>'s.</returns>
    internal string ReserveName(string? given, string id)
    {
        lock (_gate)
        {
            if (!string.IsNullOrEmpty(given))
            {
                string name = ContainerName.Parse(given);
                return _names.TryAdd(name, id)
                    ? name
                    : throw WharfException.Conflict(
                        $"Conflict. The container name \"/{name}\" is already in use by container \"{_names[name]}\". "
                        + "You have to remove (or rename) that container to be able to reuse that name.");
            }

            for (int attempt = 0; attempt < NameAttempts; attempt++)
            {
                string name = RandomName.Pick(attempt);
                if (_names.TryAdd(name, id))
                {
                    return name;
                }
            }

            _names.Add(id, id);
            return id;
        }
    }

    internal void FreeName(string name)
    {
        lock (_gate)
        {
            _names.Remove(name);
        }
    }

    internal void Add(Container container)
    {
        lock (_gate)
        {
            _names[container.Snapshot.Name] = container.Id;
            _byId.Add(container.Id, container);
            Republish();
        }
    }

    internal void Remove(Container container)
    {
        lock (_gate)
        {
            _byId.Remove(container.Id);
            _names.Remove(container.Snapshot.Name);
            Republish();
        }
    }

    /// <summary>Finds by id, by name (with or without Docker's slash), or by the beginning of one id only.</summary>
    internal Container Find(string idOrName)
    {
        string key = idOrName.StartsWith('/') ? idOrName[1..] : idOrName;
        lock (_gate)
        {
            if (_byId.TryGetValue(key, out Container? found))
            {
                return found;
            }

            // A reserved name whose container is still being created is not there yet.
            if (_names.TryGetValue(key, out string? id) && _byId.TryGetValue(id, out found))
            {
                return found;
            }

            foreach (Container candidate in _byId.Values.Where(_ => key.Length > 0))
            {
                if (candidate.Id.StartsWith(key, StringComparison.Ordinal))
                {
                    found = found is null
                        ? candidate
                        : throw WharfException.Invalid($"multiple IDs found with provided prefix: {idOrName}");
                }
            }

            return found ?? throw WharfException.NotFound($"No such container: {idOrName}");
        }
    }

    /// <summary>Finds a container and becomes its writer.</summary>
    internal async ValueTask<LockedContainer> EnterAsync(string idOrName, CancellationToken cancellationToken)
    {
        Container container = Find(idOrName);
        AsyncLock.Releaser releaser = await container.Gate.EnterAsync(cancellationToken);
        if (!container.Removed)
        {
            return new LockedContainer(container, releaser);
        }

        releaser.Dispose();
        throw WharfException.NotFound($"No such container: {idOrName}");
    }

    /// <summary>Gives a container another name; the old one is free afterwards.</summary>
    /// <exception cref="WharfException">The name is taken.</exception>
    internal void Rename(string oldName, string newName, string id)
    {
        ReserveName(newName, id);
        FreeName(oldName);
    }

    private void Republish() => _newestFirst = [.. _byId.Values.OrderByDescending(container => container.Snapshot.Created)];
}
