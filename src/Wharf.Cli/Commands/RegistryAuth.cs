using System.Buffers.Text;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary>Sends a registry's credentials along with a request that makes the daemon talk to it.</summary>
internal static class RegistryAuth
{
    /// <summary>A helper that does not work is no reason to fail, as in Docker: many images need no credentials. But it is told.</summary>
    internal static ApiRequest WithCredentials(this ApiRequest request, CommandContext context, string registryKey)
    {
        try
        {
            return context.Config.CredentialsFor(registryKey) is { } credentials ? request.WithHeader("X-Registry-Auth", Encode(credentials)) : request;
        }
        catch (CommandFailure failure)
        {
            context.Error.WriteLine($"WARNING: {failure.Message}");
            return request;
        }
    }

    private static string Encode(AuthConfig credentials) =>
        Base64Url.EncodeToString(ApiJson.ToBytes(credentials, ApiJson.Default.AuthConfig)) is var text && text.Length % 4 == 0
            ? text
            : text.PadRight(text.Length + 4 - (text.Length % 4), '='); // Go's decoder wants the padding
}
