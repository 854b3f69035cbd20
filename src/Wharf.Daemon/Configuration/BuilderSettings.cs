using System.Text.Json;
using Wharf.Engine;

namespace Wharf.Daemon.Configuration;

/// <summary>
/// The key <c>builder</c> of daemon.json. Names are taken in any case, as dockerd does; <c>keepStorage</c> is the older name of
/// <c>reservedSpace</c>.
/// </summary>
internal static class BuilderSettings
{
    /// <exception cref="ConfigurationException"/>
    internal static BuildCacheOptions Parse(string json)
    {
        var options = new BuildCacheOptions();
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonProperty property in Members(document.RootElement, "builder"))
        {
            switch (property.Name.ToLowerInvariant())
            {
                case "gc":
                    options = Collection(property.Value);
                    break;
                case "entitlements" or "history":
                    // BuildKit's alone.
                    break;
                default:
                    throw Unknown("builder", property.Name);
            }
        }

        return options;
    }

    private static BuildCacheOptions Collection(JsonElement element)
    {
        const string Path = "builder.gc";
        var options = new BuildCacheOptions();
        BuildCacheLimits limits = options.Limits;
        foreach (JsonProperty property in Members(element, Path))
        {
            string name = property.Name.ToLowerInvariant();
            if (name == "enabled")
            {
                options = options with { IsCollected = Switch(property.Value, $"{Path}.{property.Name}") };
            }
            else if (name == "policy")
            {
                options = options with { Policy = [.. Items(property.Value, $"{Path}.{property.Name}").Select(Rule)] };
            }
            else if (!name.StartsWith("default", StringComparison.Ordinal) || !TrySet(ref limits, name["default".Length..], property.Value, $"{Path}.{property.Name}"))
            {
                throw Unknown(Path, property.Name);
            }
        }

        return options with { Limits = limits };
    }

    private static BuildCacheRule Rule(JsonElement element)
    {
        const string Path = "builder.gc.policy";
        bool all = false;
        var limits = new BuildCacheLimits();
        Dictionary<string, IReadOnlyList<string>> filters = [];
        foreach (JsonProperty property in Members(element, Path))
        {
            string name = property.Name.ToLowerInvariant();
            if (name == "all")
            {
                all = Switch(property.Value, $"{Path}.{property.Name}");
            }
            else if (name == "filter")
            {
                filters = Filter(property.Value, $"{Path}.{property.Name}");
            }
            else if (!TrySet(ref limits, name, property.Value, $"{Path}.{property.Name}"))
            {
                throw Unknown(Path, property.Name);
            }
        }

        return new BuildCacheRule(all, filters, limits);
    }

    private static bool TrySet(ref BuildCacheLimits limits, string name, JsonElement value, string path)
    {
        switch (name)
        {
            case "keepstorage" or "reservedspace":
                limits = limits with { ReservedSpace = Size(value, path) };
                return true;
            case "maxusedspace":
                limits = limits with { MaxUsedSpace = Size(value, path) };
                return true;
            case "minfreespace":
                limits = limits with { MinFreeSpace = Size(value, path) };
                return true;
            default:
                return false;
        }
    }

    /// <summary><c>["unused-for=48h"]</c>, or as filters are on the wire: <c>{"unused-for": ["48h"]}</c>, <c>{"unused-for": {"48h": true}}</c>.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Filter(JsonElement value, string path)
    {
        IEnumerable<(string Name, string Value)> pairs = value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().SelectMany(
                property => property.Value.ValueKind == JsonValueKind.Object
                    ? property.Value.EnumerateObject().Select(item => item.Name)
                    : Items(property.Value, path).Select(item => Text(item, path)),
                (property, item) => (property.Name, item))
            : Items(value, path).Select(item => Text(item, path).Split('=', 2) is [var name, var text]
                ? (name.Trim().ToLowerInvariant(), text.Trim())
                : throw new ConfigurationException($"bad format of filter (expected name=value) in \"{path}\": {item}"));
        return pairs.GroupBy(pair => pair.Name, pair => pair.Value).ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group]);
    }

    private static long Size(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number
        : ByteSize.TryParse(Text(value, path), out long bytes) ? bytes
        : throw new ConfigurationException($"\"{path}\": invalid size: '{value}'");

    private static bool Switch(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unfit(path, value),
    };

    private static string Text(JsonElement value, string path) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unfit(path, value);

    private static JsonElement.ArrayEnumerator Items(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Unfit(path, value);

    private static JsonElement.ObjectEnumerator Members(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Unfit(path, value);

    private static ConfigurationException Unfit(string path, JsonElement value) =>
        new($"\"{path}\" cannot be {value.ValueKind.ToString().ToLowerInvariant()}");

    private static ConfigurationException Unknown(string path, string name) =>
        new($"the following directives don't match any configuration option: {path}.{name}");
}
