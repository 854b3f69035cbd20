using System.Text;
using System.Text.Json;
using Wharf.Api;
using Wharf.Api.Images;
using Wharf.Api.Server;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;

namespace Wharf.Daemon.Mapping;

/// <summary>Credentials and registry answers between the wire and the engine.</summary>
internal static class RegistryMapping
{
    /// <summary>
    /// Credentials of the <c>X-Registry-Auth</c> header: base64url of JSON. As in Docker, a header that cannot be read is as good as none;
    /// the registry will say if it wanted one.
    /// </summary>
    internal static RegistryCredentials? CredentialsOf(HttpContext context)
    {
        string? header = context.Request.Headers["X-Registry-Auth"];
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        try
        {
            return ToEngine(JsonSerializer.Deserialize(FromBase64(header), ApiJson.Default.AuthConfig) ?? new AuthConfig());
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Credentials for several registries, of the header <c>X-Registry-Config</c>: base64 of a JSON object. One that cannot be read is as good
    /// as none here, too.
    /// </summary>
    internal static Dictionary<string, AuthConfig>? ConfigurationOf(HttpContext context)
    {
        string? header = context.Request.Headers["X-Registry-Config"];
        try
        {
            return string.IsNullOrEmpty(header) ? null : JsonSerializer.Deserialize(FromBase64(header), ApiJson.Default.DictionaryStringAuthConfig);
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            return null;
        }
    }

    internal static RegistryCredentials ToEngine(AuthConfig config)
    {
        (string? username, string? password) = (config.Username, config.Password);
        if (string.IsNullOrEmpty(username) && !string.IsNullOrEmpty(config.Auth))
        {
            string[] pair = Encoding.UTF8.GetString(FromBase64(config.Auth)).Split(':', 2);
            (username, password) = (pair[0], pair.ElementAtOrDefault(1));
        }

        return new RegistryCredentials
        {
            Username = username,
            Password = password,
            IdentityToken = config.IdentityToken,
            RegistryToken = config.RegistryToken,
        };
    }

    internal static DistributionInspect ToWire(Distribution distribution) => new()
    {
        Descriptor = new Descriptor
        {
            MediaType = distribution.Descriptor.MediaType ?? "",
            Digest = distribution.Descriptor.Digest.ToString(),
            Size = distribution.Descriptor.Size,
        },
        Platforms = [.. distribution.Platforms.Select(platform => new Platform
        {
            Os = platform.Os,
            Architecture = platform.Architecture,
            Variant = platform.Variant,
            OsVersion = platform.OsVersion,
            OsFeatures = platform.OsFeatures,
        })],
    };

    internal static ImageSearchItem ToWire(FoundImage image) => new()
    {
        Name = image.Name,
        Description = image.Description ?? "",
        StarCount = image.StarCount,
        IsOfficial = image.IsOfficial,
    };

    /// <summary>Both alphabets and missing padding: clients differ.</summary>
    private static byte[] FromBase64(string text)
    {
        string standard = text.Trim().Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }
}
