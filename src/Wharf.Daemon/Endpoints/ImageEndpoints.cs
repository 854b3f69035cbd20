using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Api.Images;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Images;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/images</c>.</summary>
internal static class ImageEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ImageService images = engine.Images;
        routes.MapGet("/images/json", context => List(context, images));
        routes.MapPost("/images/create", context => Create(context, images));
        routes.MapPost("/images/prune", context => Prune(context, images));
        routes.MapGet("/images/{name}/json", context => Inspect(context, images));
        routes.MapGet("/images/{name}/history", context => History(context, images));
        routes.MapPost("/images/{name}/push", context => PushEndpoint.Push(context, images));
        routes.MapPost("/images/{name}/tag", context => Tag(context, images));
        routes.MapDelete("/images/{name}", context => Remove(context, engine));
    }

    private static Task List(HttpContext context, ImageService images)
    {
        IReadOnlyList<Image> found = images.List(Filters.Parse(context.Query("filters")), context.QueryFlag("all"));
        bool withManifests = context.QueryFlag("manifests");
        return context.WriteJsonAsync(
            [.. found.Select(image =>
            {
                ImageSummary summary = ImageMapping.ToSummary(image, images.UsersOf(image).Count);
                summary.Manifests = withManifests ? [ImageMapping.ToManifest(image, images)] : null;
                return summary;
            })],
            ApiJson.Default.ListImageSummary);
    }

    private static Task Inspect(HttpContext context, ImageService images)
    {
        Image image = images.Find(ObjectNames.Of(context));
        return context.WriteJsonAsync(ImageMapping.ToWire(image, images.DirectoriesOf(image)), ApiJson.Default.ImageInspect);
    }

    private static Task History(HttpContext context, ImageService images) =>
        context.WriteJsonAsync(ImageMapping.ToHistory(images.Find(ObjectNames.Of(context))), ApiJson.Default.ListImageHistoryItem);

    private static Task Create(HttpContext context, ImageService images) =>
        context.Query("fromImage") is null ? Import(context, images) : PullEndpoint.Pull(context, images.Pull);

    private static async Task Import(HttpContext context, ImageService images)
    {
        if (context.Query("fromSrc") is not (null or "-"))
        {
            throw new WharfException(ErrorKind.NotImplemented, "import from a URL is not supported: download the archive and import it from standard input");
        }

        string? repository = context.Query("repo");
        var request = new ImportRequest
        {
            Reference = repository is null ? null : ImageNames.Parse(repository, context.Query("tag")),
            Changes = [.. context.Request.Query["changes"].OfType<string>()],
            Message = context.Query("message"),
            Platform = ImageNames.ParsePlatform(context.Query("platform")),
        };
        using var stream = new ProgressStream(context);
        await stream.RunAsync(async () =>
        {
            Digest id = await images.ImportAsync(context.Request.BodyReader.AsStream(), request, context.RequestAborted);
            await stream.WriteAsync(new ProgressMessage { Status = id.ToString() });
        });
    }

    private static Task Tag(HttpContext context, ImageService images)
    {
        images.Tag(ObjectNames.Of(context), ImageNames.Parse(context.Query("repo") ?? "", context.Query("tag")));
        context.Response.StatusCode = StatusCodes.Status201Created;
        return Task.CompletedTask;
    }

    private static Task Remove(HttpContext context, WharfEngine engine)
    {
        IReadOnlyList<RemovedImage> removed = engine.Images.Remove(new RemoveImageRequest
        {
            Name = ObjectNames.Of(context),
            Force = context.QueryFlag("force"),
            KeepParents = context.QueryFlag("noprune"),
            IsRunning = id => IsRunning(engine, id),
        });
        return context.WriteJsonAsync([.. removed.Select(ImageMapping.ToWire)], ApiJson.Default.ListImageDeleteItem);
    }

    private static bool IsRunning(WharfEngine engine, string containerId) =>
        engine.Containers.List(new ListRequest()).Any(container => container.Id == containerId);

    private static Task Prune(HttpContext context, ImageService images)
    {
        PrunedImages pruned = images.Prune(Filters.Parse(context.Query("filters")));
        return context.WriteJsonAsync(
            new ImagePruneResponse
            {
                ImagesDeleted = pruned.Removed.Count == 0 ? null : [.. pruned.Removed.Select(ImageMapping.ToWire)],
                SpaceReclaimed = pruned.SpaceReclaimed,
            },
            ApiJson.Default.ImagePruneResponse);
    }
}
