using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Daemon.Versions;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Push;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>POST /images/{name}/push</c>.</summary>
internal static class PushEndpoint
{
    internal static async Task Push(HttpContext context, ImageService images)
    {
        string? tag = context.Query("tag");
        ImageReference reference = ImageNames.Parse(ObjectNames.Of(context), tag);
        var request = new PushRequest
        {
            Reference = reference,
            // Clients add "latest" themselves when they mean it.
            AllTags = reference.Tag is null,
            Platform = context.Query("platform") is { } platform ? ImageNames.ParsePlatformDocument(platform) : null,
            Credentials = RegistryMapping.CredentialsOf(context),
        };
        using var stream = new ProgressStream(context);
        await stream.RunAsync(() => ProgressRelay.RunAsync(stream, async progress =>
        {
            try
            {
                await images.PushAsync(request, progress, context.RequestAborted);
            }
            catch (WharfException refused) when (refused.Kind is ErrorKind.Unauthorized)
            {
                // At a code of 401 Docker's client drops the sentence that says why.
                throw new WharfException(ErrorKind.Internal, refused.Message, refused);
            }
        }));
    }
}
