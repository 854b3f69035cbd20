using Wharf.Api.Common;
using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Pull;
using Wharf.Oci.ImageSpec;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/images/load</c>, <c>/images/get</c> and <c>/images/{name}/get</c>: images as archives.</summary>
internal static class ImageArchiveEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ImageService images = engine.Images;
        routes.MapPost("/images/load", context => Load(context, images));
        routes.MapGet("/images/get", context => Save(context, images, [.. context.Request.Query["names"].OfType<string>()]));
        routes.MapGet("/images/{name}/get", context => Save(context, images, [ObjectNames.Of(context)]));
    }

    private static async Task Load(HttpContext context, ImageService images)
    {
        Platform? platform = PlatformOf(context);
        bool quiet = context.QueryFlag("quiet");
        using var stream = new ProgressStream(context);
        await stream.RunAsync(() => ProgressRelay.RunAsync(stream, async progress =>
        {
            Stream archive = context.Request.BodyReader.AsStream();
            foreach (LoadedImage image in await images.LoadAsync(archive, platform, quiet ? new Progress<PullProgress>() : progress, context.RequestAborted))
            {
                await AnnounceAsync(stream, image);
            }
        }));
    }

    private static async Task AnnounceAsync(ProgressStream stream, LoadedImage image)
    {
        if (image.References.Count == 0)
        {
            await stream.WriteAsync(new ProgressMessage { Stream = $"Loaded image ID: {image.Id}\n" });
        }

        foreach (Wharf.Oci.ImageReference reference in image.References)
        {
            await stream.WriteAsync(new ProgressMessage { Stream = $"Loaded image: {reference.Familiar}\n" });
        }
    }

    private static Task Save(HttpContext context, ImageService images, IReadOnlyList<string> names)
    {
        Platform? platform = PlatformOf(context);
        context.Response.ContentType = "application/x-tar";
        return images.SaveAsync(names, platform, context.Response.Body, context.RequestAborted);
    }

    private static Platform? PlatformOf(HttpContext context) => context.Request.Query["platform"].OfType<string>().ToList() switch
    {
        [] => null,
        [var only] => ImageNames.ParsePlatformDocument(only),
        _ => throw WharfException.Invalid("this engine keeps one platform of an image: name one platform at most"),
    };
}
