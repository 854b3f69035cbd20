using System.Globalization;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Containers;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Builds.Solve;

/// <summary>Prepares what <c>RUN --mount</c> asks for, and clears it away when disposed of.</summary>
internal sealed class ExecMounts(string directory, string secretsDirectory, CacheMounts caches) : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly List<MountPoint> _points = [];
    private readonly List<string> _environment = [];
    private readonly List<CacheUse> _caches = [];
    private readonly List<string> _mounted = [];

    internal IReadOnlyList<MountPoint> Points => _points;

    internal IReadOnlyList<string> SecretEnvironment => _environment;

    /// <exception cref="WharfException"/>
    internal async Task AddAsync(ExecVertex vertex, IReadOnlyDictionary<Vertex, FileTree> trees, CancellationToken cancellationToken)
    {
        // In the order of their names, so that two steps with two locked caches cannot wait for each other.
        foreach (CacheExecMount cache in vertex.Mounts.OfType<CacheExecMount>().OrderBy(cache => cache.Id, StringComparer.Ordinal))
        {
            CacheUse use = await caches.AcquireAsync(cache, cache.From is null ? null : trees[cache.From], cancellationToken);
            _caches.Add(use);
            Bind(use.Directory, cache.Target, cache.IsReadOnly);
        }

        foreach (ExecMount mount in vertex.Mounts)
        {
            switch (mount)
            {
                case BindExecMount bind:
                    AddBind(bind, trees[bind.From]);
                    break;
                case TmpfsExecMount tmpfs:
                    AddTmpfs(tmpfs);
                    break;
                case SecretExecMount secret:
                    AddSecret(secret);
                    break;
                case TextExecMount text:
                    Bind(WriteFile(text.Content, text.Mode, 0, 0), text.Target, isReadOnly: true);
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string mounted in _mounted)
        {
            MountTable.Detach(mounted);
        }

        TreeRemoval.Remove(secretsDirectory);
        foreach (CacheUse cache in Enumerable.Reverse(_caches))
        {
            await cache.DisposeAsync();
        }
    }

    private void AddBind(BindExecMount bind, FileTree tree)
    {
        string source = RootedFiles.Resolve(tree.Directory, bind.Path.TrimStart('/') is { Length: > 0 } path ? path : ".")
            ?? throw WharfException.NotFound($"failed to compute cache key: \"{bind.Path}\": not found");
        Bind(bind.IsWritable ? Writable(source) : source, bind.Target, isReadOnly: !bind.IsWritable);
    }

    /// <summary>Writes go to a layer of their own that nobody keeps.</summary>
    private string Writable(string source)
    {
        string place = Path.Combine(directory, "bind-" + _points.Count.ToString(CultureInfo.InvariantCulture));
        if (!Directory.Exists(source))
        {
            Directory.CreateDirectory(place);
            string copy = Path.Combine(place, Path.GetFileName(source));
            File.Copy(source, copy);
            return copy;
        }

        string[] parts = [.. ((string[])["upper", "work", "merged"]).Select(name => Directory.CreateDirectory(Path.Combine(place, name)).FullName)];
        using (var root = new RootedDirectory(source))
        using (var upper = new TreeWriter(parts[0]))
        {
            upper.MakeDirectory([], root.MetadataOf("")!.Value);
            upper.Finish();
        }

        OverlayMount.Mount([source], parts[0], parts[1], parts[2], isVolatile: true);
        _mounted.Add(parts[2]);
        return parts[2];
    }

    private void AddTmpfs(TmpfsExecMount tmpfs) => _points.Add(new MountPoint
    {
        Type = "tmpfs",
        Destination = tmpfs.Target,
        Options = ["nosuid", "nodev", .. tmpfs.Size is { } size ? [$"size={size.ToString(CultureInfo.InvariantCulture)}"] : (string[])[]],
    });

    private void AddSecret(SecretExecMount secret)
    {
        if (secret.Value is not { } value)
        {
            if (secret.IsRequired)
            {
                throw WharfException.NotFound($"secret {secret.Id}: not found");
            }

            return;
        }

        if (secret.Variable is not null)
        {
            _environment.Add($"{secret.Variable}={System.Text.Encoding.UTF8.GetString(value.Span)}");
        }

        if (secret.IsFile)
        {
            Bind(WriteFile(value.Span, secret.Mode, secret.Uid, secret.Gid), secret.Target, isReadOnly: true);
        }
    }

    private void Bind(string source, string target, bool isReadOnly) => _points.Add(new MountPoint
    {
        Type = "bind",
        Source = source,
        Destination = target,
        Writable = !isReadOnly,
        Options = ["rbind", "rprivate", isReadOnly ? "ro" : "rw"],
    });

    /// <summary>In the run directory: secrets have no business on a disk.</summary>
    private string WriteFile(ReadOnlySpan<byte> content, uint mode, uint uid, uint gid)
    {
        Directory.CreateDirectory(secretsDirectory, OwnerOnly);
        string name = _points.Count.ToString(CultureInfo.InvariantCulture);
        byte[] path = System.Text.Encoding.ASCII.GetBytes(name);
        using var writer = new TreeWriter(secretsDirectory);
        using (var file = writer.BeginFile(path))
        {
            Linux.Fds.Descriptor.WriteAll(file, content);
            TreeWriter.FinishFile(file, path, new FileMetadata(mode, uid, gid, 0, 0, []));
        }

        return Path.Combine(secretsDirectory, name);
    }
}
