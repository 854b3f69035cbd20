using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Common;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands;

/// <summary>Pulls an image, with the credentials of its registry, showing progress.</summary>
internal static class ImagePull
{
    /// <param name="display">Null keeps silent.</param>
    internal static void Pull(CommandContext context, ImageName image, string platform, ProgressDisplay? display, bool allTags = false)
    {
        ApiRequest request = ApiRequest.Post(new QueryString("/images/create")
            .Add("fromImage", image.Repository)
            .Add("tag", allTags ? null : image.Digest ?? image.Tag ?? "latest")
            .Add("platform", platform)).WithCredentials(context, image.CredentialsKey);
        using ApiResponse response = context.Engine.Open(request);
        IEnumerable<ProgressMessage> messages = response.ReadLines(ApiJson.Default.ProgressMessage);
        if (display is null)
        {
            ProgressDisplay.FailOnError(messages);
        }
        else
        {
            display.Show(messages);
        }
    }
}
