using Microsoft.Extensions.Logging;
using Wharf.Engine.Images.Content;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Store;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>
/// The images, in memory as immutable records under one lock; each change is in the database before it is seen. An image is real when its row,
/// its config and all its layers are there: opening forgets the others.
/// </summary>
internal sealed partial class ImageTable : IImageCatalog, IPushCatalog
{
    private readonly Database _database;
    private readonly ContentStore _content;
    private readonly LayerStore _layers;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, Image> _images = [];
    private readonly Dictionary<string, Digest> _references = [];
    private readonly Dictionary<string, Digest> _users = [];

    internal ImageTable(Database database, ContentStore content, LayerStore layers, TimeProvider clock, ILogger logger)
    {
        _database = database;
        _content = content;
        _layers = layers;
        _clock = clock;
        Recover(logger);
    }

    public IReadOnlyList<Image> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _images.Values];
            }
        }
    }

    public Digest? FindId(ImageReference reference)
    {
        lock (_gate)
        {
            return _references.GetValueOrDefault(reference.WithDefaultTag().ToString());
        }
    }

    internal Image? Find(Digest id)
    {
        lock (_gate)
        {
            return _images.GetValueOrDefault(id);
        }
    }

    /// <summary>The images whose id begins with these hex digits.</summary>
    internal IReadOnlyList<Image> FindByPrefix(string hex)
    {
        lock (_gate)
        {
            return [.. _images.Values.Where(image => image.Id.Hex.StartsWith(hex, StringComparison.Ordinal))];
        }
    }

    public void Enter(NewImage image)
    {
        lock (_gate)
        {
            if (!_images.TryGetValue(image.Id, out Image? entered))
            {
                entered = Describe(image);
                Insert(entered);
                _images[image.Id] = entered;
            }
            else if (entered.Manifest is null && image.Manifest is not null)
            {
                _database.Execute("UPDATE images SET manifest = $1 WHERE id = $2", image.Manifest.ToString(), image.Id.ToString());
                _images[image.Id] = entered with { Manifest = image.Manifest };
            }

            if (image.Reference?.Tag is { } tag)
            {
                PointLocked(image.Reference.WithTag(tag), image.Id);
            }

            if (image.Reference is not null && image.RepositoryDigest is not null)
            {
                PointLocked(image.Reference.WithDigest(image.RepositoryDigest), image.Id);
            }
        }
    }

    /// <summary>Makes a reference name this image; the one that it named loses it.</summary>
    internal void Point(ImageReference reference, Digest id)
    {
        lock (_gate)
        {
            PointLocked(reference, id);
        }
    }

    public void PointIfThere(ImageReference reference, Digest id)
    {
        lock (_gate)
        {
            if (_images.ContainsKey(id))
            {
                PointLocked(reference, id);
            }
        }
    }

    internal void Unpoint(ImageReference reference)
    {
        lock (_gate)
        {
            UnpointLocked(reference);
        }
    }

    /// <summary>Forgets an image, unless somebody uses it or was made from it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool TryRemove(Digest id)
    {
        lock (_gate)
        {
            if (_users.ContainsValue(id) || _images.Values.Any(image => image.Parent == id))
            {
                return false;
            }

            if (_images.Remove(id, out Image? image))
            {
                _database.Execute("DELETE FROM images WHERE id = $1", id.ToString());
                foreach (ImageReference reference in image.References)
                {
                    _references.Remove(reference.ToString());
                }
            }

            return true;
        }
    }

    /// <summary>Whether other images were made from this one.</summary>
    internal bool HasChildren(Digest id)
    {
        lock (_gate)
        {
            return _images.Values.Any(image => image.Parent == id);
        }
    }

    internal void Use(Digest id, string user)
    {
        lock (_gate)
        {
            if (!_images.ContainsKey(id))
            {
                throw WharfException.NotFound($"No such image: {id}");
            }

            _database.Execute("INSERT OR REPLACE INTO image_users (container, image) VALUES ($1, $2)", user, id.ToString());
            _users[user] = id;
        }
    }

    /// <summary>Archives of a layer that came with images or were made for them.</summary>
    internal IReadOnlyList<Digest> BlobsOf(Digest diffId)
    {
        lock (_gate)
        {
            IEnumerable<ImageLayer> found = _images.Values.SelectMany(image => image.Layers).Where(layer => layer.DiffId == diffId);
            return [.. found.Select(layer => layer.Blob).OfType<Digest>().Distinct()];
        }
    }

    /// <summary>Gives every image that has a layer without an archive, or with one that is lost, this one.</summary>
    internal void SetBlob(Digest diffId, Digest blob)
    {
        lock (_gate)
        {
            foreach (Image image in _images.Values.Where(image => image.Layers.Any(Lacks)).ToList())
            {
                _database.Execute(
                    "UPDATE image_layers SET blob = $1 WHERE image = $2 AND diff_id = $3", blob.ToString(), image.Id.ToString(), diffId.ToString());
                _images[image.Id] = image with
                {
                    Layers = [.. image.Layers.Select(layer => layer.DiffId == diffId ? layer with { Blob = blob } : layer)],
                };
            }
        }

        bool Lacks(ImageLayer layer) => layer.DiffId == diffId && (layer.Blob is null || !_content.Contains(layer.Blob));
    }

    /// <summary>Containers and the images that they were made from.</summary>
    internal IReadOnlyDictionary<string, Digest> Users
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, Digest>(_users);
            }
        }
    }

    /// <summary>Forgets an image that is broken, whoever names it or was made from it.</summary>
    /// <exception cref="WharfException">Conflict: a container uses it.</exception>
    internal void Forget(Digest id)
    {
        lock (_gate)
        {
            if (_users.FirstOrDefault(use => use.Value == id).Key is { } user)
            {
                throw WharfException.Conflict($"container {user} uses it: remove the container first");
            }

            _database.Execute("DELETE FROM images WHERE id = $1", id.ToString());
            foreach (ImageReference reference in _images.Remove(id, out Image? image) ? image.References : [])
            {
                _references.Remove(reference.ToString());
            }

            foreach (Image child in _images.Values.Where(other => other.Parent == id).ToList())
            {
                _images[child.Id] = child with { Parent = null };
            }
        }
    }

    /// <summary>A blob is broken or missing: images whose config it was are forgotten, others do without it.</summary>
    /// <exception cref="WharfException">Conflict: a container uses an image that cannot do without.</exception>
    internal void LoseBlob(Digest blob)
    {
        lock (_gate)
        {
            if (_images.ContainsKey(blob))
            {
                Forget(blob);
            }

            _database.Execute("UPDATE images SET manifest = NULL WHERE manifest = $1", blob.ToString());
            _database.Execute("UPDATE image_layers SET blob = NULL WHERE blob = $1", blob.ToString());
            foreach (Image image in _images.Values.Where(image => image.Manifest == blob || image.Layers.Any(layer => layer.Blob == blob)).ToList())
            {
                _images[image.Id] = image with
                {
                    Manifest = image.Manifest == blob ? null : image.Manifest,
                    Layers = [.. image.Layers.Select(layer => layer.Blob == blob ? layer with { Blob = null } : layer)],
                };
            }
        }
    }

    /// <summary>A layer is broken or missing: the images that have it are forgotten.</summary>
    /// <exception cref="WharfException">Conflict: a container uses one of them.</exception>
    internal void LoseLayer(Digest diffId)
    {
        lock (_gate)
        {
            foreach (Image image in _images.Values.Where(image => image.Layers.Any(layer => layer.DiffId == diffId)).ToList())
            {
                Forget(image.Id);
            }
        }
    }

    internal void EndUse(string user)
    {
        lock (_gate)
        {
            if (_users.Remove(user))
            {
                _database.Execute("DELETE FROM image_users WHERE container = $1", user);
            }
        }
    }

    internal IReadOnlyList<string> UsersOf(Digest id)
    {
        lock (_gate)
        {
            return [.. from use in _users where use.Value == id select use.Key];
        }
    }

    /// <summary>Every blob and layer that an image needs.</summary>
    internal HashSet<Digest> Needed()
    {
        lock (_gate)
        {
            HashSet<Digest> needed = [];
            foreach (Image image in _images.Values)
            {
                needed.Add(image.Id);
                needed.UnionWith(image.Layers.Select(layer => layer.DiffId));
                needed.UnionWith(image.Layers.Select(layer => layer.Blob).OfType<Digest>());
                needed.UnionWith(image.RepositoryDigests.Select(reference => reference.Digest!));
                if (image.Manifest is not null)
                {
                    needed.Add(image.Manifest);
                }
            }

            return needed;
        }
    }

    private Image Describe(NewImage image) => new()
    {
        Id = image.Id,
        Config = image.Config,
        Manifest = image.Manifest,
        Parent = image.Parent is { } parent && _images.ContainsKey(parent) ? parent : null,
        Layers = [.. image.Layers.Select(layer => new ImageLayer(layer.DiffId, _layers.SizeOf(layer.DiffId), HeldBlob(layer)))],
    };

    /// <summary>The layer's own archive, or another of the same layer that came with another image.</summary>
    private Digest? HeldBlob(NewLayer layer) => layer.Blob is { } blob && _content.Contains(blob.Digest)
        ? blob.Digest
        : _images.Values.SelectMany(other => other.Layers).FirstOrDefault(other => other.DiffId == layer.DiffId && other.Blob is not null)?.Blob;

    private void Insert(Image image) => _database.InTransaction(database =>
    {
        database.Execute(
            "INSERT INTO images (id, manifest, parent) VALUES ($1, $2, $3)", image.Id.ToString(), image.Manifest?.ToString(), image.Parent?.ToString());
        for (int position = 0; position < image.Layers.Count; position++)
        {
            ImageLayer layer = image.Layers[position];
            database.Execute(
                "INSERT INTO image_layers (image, position, diff_id, blob) VALUES ($1, $2, $3, $4)",
                image.Id.ToString(),
                position,
                layer.DiffId.ToString(),
                layer.Blob?.ToString());
        }
    });

    private void PointLocked(ImageReference reference, Digest id)
    {
        string name = reference.ToString();
        if (_references.GetValueOrDefault(name) == id)
        {
            return;
        }

        DateTimeOffset now = _clock.GetUtcNow();
        _database.InTransaction(database =>
        {
            database.Execute("INSERT OR REPLACE INTO image_references (reference, image) VALUES ($1, $2)", name, id.ToString());
            database.Execute("UPDATE images SET last_tagged = $1 WHERE id = $2", now.ToUnixTimeMilliseconds(), id.ToString());
        });
        DropReference(reference);
        _references[name] = id;
        _images[id] = _images[id] with { References = Sorted([.. _images[id].References, reference]), LastTagged = now };
    }

    private void UnpointLocked(ImageReference reference)
    {
        _database.Execute("DELETE FROM image_references WHERE reference = $1", reference.ToString());
        DropReference(reference);
    }

    private void DropReference(ImageReference reference)
    {
        if (_references.Remove(reference.ToString(), out Digest? id) && _images.TryGetValue(id, out Image? image))
        {
            _images[id] = image with { References = [.. image.References.Where(other => other != reference)] };
        }
    }

    private static IReadOnlyList<ImageReference> Sorted(IEnumerable<ImageReference> references) =>
        [.. references.OrderBy(reference => reference.ToString(), StringComparer.Ordinal)];

    private void Recover(ILogger logger)
    {
        ILookup<string, ImageLayer> layers = _database.Query(
                "SELECT image, diff_id, blob FROM image_layers ORDER BY image, position",
                row => (Image: row.GetString(0), DiffId: Digest.Parse(row.GetString(1)), Blob: row.IsDBNull(2) ? null : Digest.Parse(row.GetString(2))))
            .ToLookup(row => row.Image, row => new ImageLayer(row.DiffId, _layers.SizeOf(row.DiffId), row.Blob));
        foreach (ImageRow row in _database.Query("SELECT id, manifest, last_tagged, parent FROM images", ImageRow.Read))
        {
            if (!_content.Contains(row.Id))
            {
                ConfigLost(logger, row.Id.ToString());
                _database.Execute("DELETE FROM images WHERE id = $1", row.Id.ToString());
                continue;
            }

            _images[row.Id] = new Image
            {
                Id = row.Id,
                Config = ImageDocuments.ReadConfig(_content.ReadAll(row.Id, ImageDocuments.MaxConfigSize)),
                Manifest = row.Manifest,
                LastTagged = row.LastTagged,
                Parent = row.Parent,
                Layers = [.. layers[row.Id.ToString()]],
            };
        }

        foreach (Image orphan in _images.Values.Where(image => image.Parent is { } parent && !_images.ContainsKey(parent)).ToList())
        {
            _images[orphan.Id] = orphan with { Parent = null };
        }

        foreach ((string reference, Digest id) in _database.Query(
            "SELECT reference, image FROM image_references ORDER BY reference", row => (row.GetString(0), Digest.Parse(row.GetString(1)))))
        {
            _references[reference] = id;
            _images[id] = _images[id] with { References = [.. _images[id].References, ImageReference.Parse(reference)] };
        }

        foreach ((string user, Digest id) in _database.Query(
            "SELECT container, image FROM image_users", row => (row.GetString(0), Digest.Parse(row.GetString(1)))))
        {
            _users[user] = id;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The config of image {Id} is gone: the image is forgotten")]
    private static partial void ConfigLost(ILogger logger, string id);

    private sealed record ImageRow(Digest Id, Digest? Manifest, DateTimeOffset? LastTagged, Digest? Parent)
    {
        internal static ImageRow Read(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
            Digest.Parse(row.GetString(0)),
            row.IsDBNull(1) ? null : Digest.Parse(row.GetString(1)),
            row.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            row.IsDBNull(3) ? null : Digest.Parse(row.GetString(3)));
    }
}
