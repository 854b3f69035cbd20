using Wharf.Daemon.Mapping;
using Wharf.Daemon.Streams;
using Wharf.Engine;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Pull;
using Wharf.Oci;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>POST /images/create?fromImage=</c>: pull.</summary>
internal static class PullEndpoint
{
    internal static async Task Pull(HttpContext context, PullImage pull)
    {
        ImageReference reference = ImageNames.Parse(context.Query("fromImage") ?? "", context.Query("tag"));
        var request = new PullRequest
        {
            Reference = reference,
            // A name with neither tag nor digest means all tags: clients add "latest" themselves when they mean it.
            AllTags = reference is { Tag: null, Digest: null },
            Platform = ImageNames.ParsePlatform(context.Query("platform")),
            Credentials = RegistryMapping.CredentialsOf(context),
        };
        using var stream = new ProgressStream(context);
        try
        {
            await stream.RunAsync(() => ProgressRelay.RunAsync(stream, progress => pull.RunAsync(request, progress, context.RequestAborted)));
        }
        catch (WharfException refused) when (refused.Kind is ErrorKind.Unauthorized)
        {
            // At a status of 401 Docker's client asks for a password, on a pipe for ever: its engine never answers a pull with that.
            throw new WharfException(ErrorKind.Internal, refused.Message, refused);
        }
    }
}
