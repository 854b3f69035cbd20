using System.Buffers.Text;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Common;
using Wharf.Api.Server;
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
            .Add("platform", platform));
        if (context.Config.CredentialsFor(image.CredentialsKey) is { } credentials)
        {
            request.WithHeader("X-Registry-Auth", Encode(credentials));
        }

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

    private static string Encode(AuthConfig credentials) =>
        Base64Url.EncodeToString(ApiJson.ToBytes(credentials, ApiJson.Default.AuthConfig)) is var text && text.Length % 4 == 0
            ? text
            : text.PadRight(text.Length + 4 - (text.Length % 4), '='); // Go's decoder wants the padding
}
