using System.Text.Json;

namespace Wharf.Daemon.Configuration;

/// <summary>Reads <c>daemon.json</c>: dockerd's keys, each brought into the form its flag has.</summary>
internal static class ConfigurationFile
{
    internal const string DefaultPath = "/etc/wharf/daemon.json";
    private const int MaxBytes = 1 << 20;

    /// <param name="explicitly">A file that was named must exist; the default one need not.</param>
    /// <param name="ignored">Gets the keys that dockerd knows and we have no use for, as <c>key NAME</c>.</param>
    internal static RawSettings Read(string path, bool explicitly, ICollection<string> ignored)
    {
        byte[] json;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists && !explicitly)
            {
                return new RawSettings();
            }

            if (file.Length > MaxBytes)
            {
                throw new ConfigurationException($"{Prefix(path)}: larger than {MaxBytes} bytes");
            }

            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{Prefix(path)}: open {path}: {(e is FileNotFoundException ? "no such file or directory" : e.Message)}");
        }

        try
        {
            return Parse(json, ignored);
        }
        catch (Exception e) when (e is JsonException or ConfigurationException or InvalidOperationException)
        {
            throw new ConfigurationException($"{Prefix(path)}: {e.Message}");
        }
    }

    internal static RawSettings Parse(ReadOnlyMemory<byte> json, ICollection<string> ignored)
    {
        var settings = new RawSettings();
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return settings;
        }

        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        List<string> unknown = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (DaemonOption.All.FirstOrDefault(option => option.Key == property.Name) is { } option)
            {
                Store(option, property.Value, settings);
            }
            else if (DaemonOption.Ignored.Any(option => option.Key == property.Name))
            {
                ignored.Add($"key {property.Name}");
            }
            else
            {
                unknown.Add(property.Name);
            }
        }

        return unknown.Count == 0
            ? settings
            : throw new ConfigurationException($"the following directives don't match any configuration option: {string.Join(", ", unknown.Order())}");
    }

    private static void Store(DaemonOption option, JsonElement value, RawSettings settings)
    {
        if (option.Kind == OptionKind.Document)
        {
            settings.Set(option.Name, value.GetRawText());
            return;
        }

        if (option.Kind != OptionKind.List)
        {
            settings.Set(option.Name, Scalar(option, value));
            return;
        }

        IEnumerable<string> items = option.Name switch
        {
            "log-opts" => value.EnumerateObject().Select(item => $"{item.Name}={Scalar(option, item.Value)}"),
            "default-ulimits" => value.EnumerateObject().Select(Ulimit),
            "default-address-pools" => value.EnumerateArray().Select(pool => $"base={Member(pool, "base")},size={Member(pool, "size")}"),
            _ => value.EnumerateArray().Select(item => Scalar(option, item)),
        };
        foreach (string item in items)
        {
            settings.Add(option.Name, item);
        }
    }

    /// <summary><c>"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}</c>.</summary>
    private static string Ulimit(JsonProperty limit) => $"{limit.Name}={Member(limit.Value, "Soft")}:{Member(limit.Value, "Hard")}";

    private static string Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.ToString() : throw new ConfigurationException($"\"{name}\" is missing in {element}");

    private static string Scalar(DaemonOption option, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new ConfigurationException($"\"{option.Name}\" cannot be {value.ValueKind.ToString().ToLowerInvariant()}"),
    };

    private static string Prefix(string path) => $"unable to configure the Docker daemon with file {path}";
}
