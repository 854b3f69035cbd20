using System.Text.Json;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>The Dockerfile instructions that <c>import --change</c> and <c>commit --change</c> take, applied to a config.</summary>
internal static class ImageChanges
{
    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static ExecutionConfig Apply(ExecutionConfig config, IEnumerable<string> changes) =>
        changes.Where(change => !string.IsNullOrWhiteSpace(change)).Aggregate(config, Apply);

    private static ExecutionConfig Apply(ExecutionConfig config, string change)
    {
        string[] parts = change.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string instruction = parts[0].ToUpperInvariant();
        string rest = parts.Length > 1 ? parts[1] : "";
        if (rest.Length == 0)
        {
            throw WharfException.Invalid($"{instruction} requires at least one argument");
        }

        return instruction switch
        {
            "CMD" => config with { Cmd = Command(rest) },
            "ENTRYPOINT" => config with { Entrypoint = Command(rest) },
            "ENV" => config with { Env = Environment(config.Env ?? [], Pairs(instruction, rest)) },
            "LABEL" => config with { Labels = Merge(config.Labels, Pairs(instruction, rest)) },
            "EXPOSE" => config with { ExposedPorts = Add(config.ExposedPorts, Words.Split(rest).Select(port => port.Contains('/') ? port : port + "/tcp")) },
            "VOLUME" => config with { Volumes = Add(config.Volumes, JsonList(rest) ?? Words.Split(rest)) },
            "USER" => config with { User = rest },
            "WORKDIR" => config with { WorkingDir = Path.GetFullPath(rest, config.WorkingDir is { Length: > 0 } current ? current : "/") },
            "STOPSIGNAL" => config with { StopSignal = rest },
            "SHELL" => config with { Shell = JsonList(rest) ?? throw WharfException.Invalid("SHELL requires the arguments to be in JSON form") },
            "ONBUILD" => config with { OnBuild = [.. config.OnBuild ?? [], rest] },
            _ => throw WharfException.Invalid($"{parts[0].ToLowerInvariant()} is not a valid change command"),
        };
    }

    private static IReadOnlyList<string> Command(string text) => JsonList(text) ?? ["/bin/sh", "-c", text];

    /// <summary>The exec form; null when the text is no JSON array of strings, which makes it the shell form, as in a Dockerfile.</summary>
    private static IReadOnlyList<string>? JsonList(string text)
    {
        if (text[0] != '[')
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement[] elements = [.. document.RootElement.EnumerateArray()];
            return elements.All(element => element.ValueKind == JsonValueKind.String) ? [.. elements.Select(element => element.GetString()!)] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>a=1 b="2 3"</c>, or the old <c>a 1 2 3</c> of one pair.</summary>
    private static IReadOnlyList<(string Key, string Value)> Pairs(string instruction, string text)
    {
        IReadOnlyList<string> words = Words.Split(text);
        if (!words[0].Contains('='))
        {
            return words.Count > 1
                ? [(words[0], text[words[0].Length..].Trim())]
                : throw WharfException.Invalid($"{instruction} must have two arguments");
        }

        return [.. words.Select(word => word.Split('=', 2) is [{ Length: > 0 } key, var value]
            ? (key, value)
            : throw WharfException.Invalid($"Syntax error - can't find = in \"{word}\". Must be of the form: name=value"))];
    }

    private static List<string> Environment(IReadOnlyList<string> current, IReadOnlyList<(string Key, string Value)> pairs)
    {
        List<string> merged = [.. current];
        foreach ((string key, string value) in pairs)
        {
            int index = merged.FindIndex(entry => entry.StartsWith(key + "=", StringComparison.Ordinal));
            if (index >= 0)
            {
                merged[index] = $"{key}={value}";
            }
            else
            {
                merged.Add($"{key}={value}");
            }
        }

        return merged;
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? current, IReadOnlyList<(string Key, string Value)> pairs)
    {
        var merged = new Dictionary<string, string>(current ?? new Dictionary<string, string>());
        foreach ((string key, string value) in pairs)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static Dictionary<string, EmptyObject> Add(IReadOnlyDictionary<string, EmptyObject>? current, IEnumerable<string> keys)
    {
        var merged = new Dictionary<string, EmptyObject>(current ?? new Dictionary<string, EmptyObject>());
        foreach (string key in keys)
        {
            merged[key] = new EmptyObject();
        }

        return merged;
    }
}
