using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;
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
        routes.MapGet("/images/{name}/json", context => Inspect(context, images));
        routes.MapGet("/images/{name}/history", context => History(context, images));
    }

    private static Task List(HttpContext context, ImageService images)
    {
        IReadOnlyList<Image> found = images.List();
        return context.WriteJsonAsync([.. found.Select(ImageMapping.ToSummary)], ApiJson.Default.ListImageSummary);
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
}
