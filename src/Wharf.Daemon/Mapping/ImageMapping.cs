using Wharf.Api.Images;
using Wharf.Engine.Images;
using Wharf.Oci.ImageSpec;
using Image = Wharf.Engine.Images.Image;
using ImageConfig = Wharf.Api.Images.ImageConfig;
using RootFs = Wharf.Api.Images.RootFs;

namespace Wharf.Daemon.Mapping;

/// <summary>Images as the API shows them.</summary>
internal static class ImageMapping
{
    internal static ImageSummary ToSummary(Image image, int containers) => new()
    {
        Id = image.Id.ToString(),
        ParentId = image.Parent?.ToString() ?? "",
        RepoTags = [.. image.Tags.Select(tag => tag.Familiar)],
        RepoDigests = [.. image.RepositoryDigests.Select(digest => digest.Familiar)],
        Created = image.Created.ToUnixTimeSeconds(),
        Size = image.Size,
        VirtualSize = image.Size,
        Labels = image.Config.Config?.Labels,
        Containers = containers,
    };

    /// <summary>This engine keeps one platform of an image, so there is one manifest.</summary>
    internal static ImageManifestSummary ToManifest(Image image, ImageService images)
    {
        string id = (image.Manifest ?? image.Id).ToString();
        long content = images.ContentSizeOf(image);
        var platform = new Api.Images.Platform { Os = image.Config.Os ?? "", Architecture = image.Config.Architecture ?? "", Variant = image.Config.Variant };
        return new ImageManifestSummary
        {
            ID = id,
            Descriptor = new Api.Images.Descriptor
            {
                MediaType = MediaTypes.OciManifest,
                Digest = id,
                Size = images.SizeOf(image.Manifest ?? image.Id) ?? 0,
                Platform = platform,
            },
            Size = new ManifestSize { Content = content, Total = content + image.Size },
            ImageData = new ManifestImageData
            {
                Platform = platform,
                Containers = images.UsersOf(image),
                Size = new UnpackedSize { Unpacked = image.Size },
            },
        };
    }

    internal static ImageDeleteItem ToWire(RemovedImage removed) => new() { Untagged = removed.Untagged, Deleted = removed.Deleted?.ToString() };

    internal static ImageInspect ToWire(Image image, IReadOnlyList<string> directories) => new()
    {
        Id = image.Id.ToString(),
        RepoTags = [.. image.Tags.Select(tag => tag.Familiar)],
        RepoDigests = [.. image.RepositoryDigests.Select(digest => digest.Familiar)],
        Parent = image.Parent?.ToString() ?? "",
        Comment = image.Config.Comment ?? "",
        Created = image.Config.Created,
        DockerVersion = image.Config.DockerVersion ?? "",
        Author = image.Config.Author ?? "",
        Config = ToWire(image.Config.Config ?? new ExecutionConfig()),
        Architecture = image.Config.Architecture ?? "",
        Variant = image.Config.Variant,
        Os = image.Config.Os ?? "",
        OsVersion = image.Config.OsVersion,
        Size = image.Size,
        VirtualSize = image.Size,
        GraphDriver = new GraphDriver { Name = SystemMapping.StorageDriver, Data = DirectoryData(directories) },
        RootFS = new RootFs { Layers = [.. image.Layers.Select(layer => layer.DiffId.ToString())] },
        Metadata = new ImageMetadata { LastTagTime = GoTime.Nano(image.LastTagged) },
    };

    /// <summary>Newest first. Only the whole has an id and tags: what a step made before the last one is no image here.</summary>
    internal static List<ImageHistoryItem> ToHistory(Image image) =>
    [
        .. ImageHistory.Of(image).Select((step, index) => new ImageHistoryItem
        {
            Id = index == 0 ? image.Id.ToString() : "<missing>",
            Tags = index == 0 ? [.. image.Tags.Select(tag => tag.Familiar)] : null,
            Created = step.Created.ToUnixTimeSeconds(),
            CreatedBy = step.CreatedBy,
            Comment = step.Comment,
            Size = step.Size,
        }),
    ];

    private static ImageConfig ToWire(ExecutionConfig config) => new()
    {
        User = config.User,
        ExposedPorts = Set(config.ExposedPorts),
        Env = config.Env,
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        Volumes = Set(config.Volumes),
        WorkingDir = config.WorkingDir,
        Labels = config.Labels,
        StopSignal = config.StopSignal,
        Healthcheck = config.Healthcheck is { } health ? ToWire(health) : null,
        ArgsEscaped = config.ArgsEscaped,
        OnBuild = config.OnBuild,
        Shell = config.Shell,
    };

    private static Api.Containers.HealthConfig ToWire(HealthCheckConfig health) => new()
    {
        Test = health.Test,
        Interval = health.Interval,
        Timeout = health.Timeout,
        StartPeriod = health.StartPeriod,
        StartInterval = health.StartInterval,
        Retries = health.Retries,
    };

    private static Dictionary<string, Api.Common.EmptyObject>? Set(IReadOnlyDictionary<string, Oci.ImageSpec.EmptyObject>? members) =>
        members?.Keys.ToDictionary(key => key, _ => Api.Common.EmptyObject.Instance);

    /// <summary>What overlayfs would be given: the topmost layer and, below it, the others.</summary>
    private static Dictionary<string, string> DirectoryData(IReadOnlyList<string> directories)
    {
        var data = new Dictionary<string, string>();
        if (directories.Count > 0)
        {
            data["UpperDir"] = directories[0];
        }

        if (directories.Count > 1)
        {
            data["LowerDir"] = string.Join(':', directories.Skip(1));
        }

        return data;
    }
}
