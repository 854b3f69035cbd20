using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Wharf.Cli.Configuration;

/// <summary>Contexts that Docker's client has saved; read, never written. A context's directory is named by the digest of its name.</summary>
internal static class DockerContext
{
    /// <summary>The address of the context's daemon; null if there is no such context.</summary>
    internal static string? HostOf(string name, string configDirectory)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        string path = Path.Combine(configDirectory, "contexts", "meta", digest, "meta.json");
        return File.Exists(path) ? (string?)JsonNode.Parse(File.ReadAllBytes(path))?["Endpoints"]?["docker"]?["Host"] : null;
    }
}
