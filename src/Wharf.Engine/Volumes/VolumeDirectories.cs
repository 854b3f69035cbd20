using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wharf.Linux.Files;

namespace Wharf.Engine.Volumes;

/// <summary>
/// Volumes on disk: <c>NAME/_data</c> and, beside it, <c>config.json</c>, so that a volume survives the loss of the database.
/// A removal first renames into <c>.removed</c>: from then on the volume is gone, whenever its files are.
/// </summary>
internal sealed class VolumeDirectories(string root)
{
    private const string DataName = "_data";
    private const string ConfigName = "config.json";
    private readonly string _removed = Path.Combine(root, ".removed");

    internal string DataPath(string name) => Path.Combine(root, name, DataName);

    internal bool Exists(string name) => Directory.Exists(DataPath(name));

    internal void Create(VolumeDocument document)
    {
        // Only root may walk into the parent: what users may do inside is up to _data's own mode.
        Directory.CreateDirectory(Path.Combine(root, document.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(DataPath(document.Name));
        string config = Path.Combine(root, document.Name, ConfigName);
        using (FileStream file = File.Create(config + ".new"))
        {
            JsonSerializer.Serialize(file, document, VolumeJson.Default.VolumeDocument);
            file.Flush(flushToDisk: true);
        }

        File.Move(config + ".new", config, overwrite: true);
    }

    /// <summary>Takes the volume out of sight in one step.</summary>
    /// <returns>Where its files are now, for <see cref="Erase"/>.</returns>
    internal string? SetAside(string name)
    {
        string path = Path.Combine(root, name);
        if (!Directory.Exists(path))
        {
            return null;
        }

        Directory.CreateDirectory(_removed);
        string aside = Path.Combine(_removed, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        Directory.Move(path, aside);
        return aside;
    }

    internal static void Erase(string aside) => TreeRemoval.Remove(aside);

    /// <summary>Finishes removals that a crash cut short.</summary>
    internal void EraseRemoved() => TreeRemoval.Remove(_removed);

    /// <summary>Volumes that are whole on disk.</summary>
    internal IEnumerable<VolumeDocument> ReadAll()
    {
        Directory.CreateDirectory(root);
        foreach (string directory in Directory.EnumerateDirectories(root))
        {
            string config = Path.Combine(directory, ConfigName);
            if (File.Exists(config) && Directory.Exists(Path.Combine(directory, DataName)))
            {
                using FileStream file = File.OpenRead(config);
                if (JsonSerializer.Deserialize(file, VolumeJson.Default.VolumeDocument) is { } document && document.Name == Path.GetFileName(directory))
                {
                    yield return document;
                }
            }
        }
    }

    /// <summary>Bytes in files; what cannot be read counts nothing.</summary>
    internal long Measure(string name)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Exists(name) ? new DirectoryInfo(DataPath(name)).EnumerateFiles("*", everything).Sum(file => file.Length) : 0;
    }
}

/// <summary>A volume's <c>config.json</c>.</summary>
internal sealed record VolumeDocument
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required DateTimeOffset Created { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(VolumeDocument))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class VolumeJson : JsonSerializerContext;
