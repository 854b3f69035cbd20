using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary>
/// What each sandbox consists of, written before any of it is made, so that a restarted engine can take it over or clear it away:
/// <c>netns/ID</c> (the namespace's mount) and <c>netns/ID.json</c> under the run directory. They live as long as the kernel's objects, until
/// the reboot at the latest, so they need no fsync; a process that is killed loses nothing that it wrote.
/// </summary>
internal sealed class SandboxFiles(string runDirectory)
{
    private const string Extension = ".json";
    private const string Unfinished = ".new";
    private readonly string _directory = Path.Combine(runDirectory, "netns");

    internal string NamespacePath(string containerId) => Path.Combine(_directory, containerId);

    internal void Write(SandboxRecord sandbox)
    {
        Directory.CreateDirectory(_directory);
        string path = DocumentPath(sandbox.Sandbox.ContainerId);
        File.WriteAllBytes(path + Unfinished, JsonSerializer.SerializeToUtf8Bytes(sandbox, SandboxJson.Default.SandboxRecord));
        File.Move(path + Unfinished, path, overwrite: true);
    }

    internal void Delete(string containerId) => File.Delete(DocumentPath(containerId));

    /// <summary>Every sandbox written down, and the ids of namespaces that none describes.</summary>
    internal (List<SandboxRecord> Sandboxes, List<string> Unknown) ReadAll()
    {
        List<SandboxRecord> sandboxes = [];
        HashSet<string> unknown = [];
        if (Directory.Exists(_directory))
        {
            foreach (string path in Directory.EnumerateFiles(_directory))
            {
                string name = Path.GetFileName(path);
                if (name.EndsWith(Unfinished, StringComparison.Ordinal))
                {
                    File.Delete(path);
                }
                else if (!name.EndsWith(Extension, StringComparison.Ordinal))
                {
                    unknown.Add(name);
                }
                else if (TryRead(path) is { } sandbox)
                {
                    sandboxes.Add(sandbox);
                }
                else
                {
                    File.Delete(path);
                }
            }
        }

        unknown.ExceptWith(sandboxes.Select(sandbox => sandbox.Sandbox.ContainerId));
        return (sandboxes, [.. unknown]);
    }

    private static SandboxRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), SandboxJson.Default.SandboxRecord);
        }
        catch (JsonException)
        {
            // A power loss on a run directory that outlives reboots: what it described went with the kernel.
            return null;
        }
    }

    private string DocumentPath(string containerId) => Path.Combine(_directory, containerId + Extension);
}

/// <summary>A sandbox and the name of the container it was made for.</summary>
internal sealed record SandboxRecord(Sandbox Sandbox, string ContainerName);

internal sealed class IPAddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out IPAddress? address) ? address : throw new JsonException("not an IP address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(IPAddressConverter)])]
[JsonSerializable(typeof(SandboxRecord))]
internal sealed partial class SandboxJson : JsonSerializerContext;
