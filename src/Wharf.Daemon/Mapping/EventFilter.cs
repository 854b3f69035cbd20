using Wharf.Engine;
using Wharf.Engine.Events;

namespace Wharf.Daemon.Mapping;

/// <summary>Docker's filters of <c>events</c>: all names must match, of the values of one any.</summary>
internal static class EventFilter
{
    private static readonly HashSet<string> Objects = ["container", "image", "volume", "network", "daemon", "plugin", "service", "node", "secret", "config"];
    private static readonly HashSet<string> Others = ["type", "event", "label", "scope"];

    /// <exception cref="WharfException">InvalidArgument: a filter that Docker does not know.</exception>
    internal static Func<EngineEvent, bool> From(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        foreach (string name in filters.Keys)
        {
            if (!Objects.Contains(name) && !Others.Contains(name))
            {
                throw WharfException.Invalid($"invalid filter '{name}'");
            }
        }

        return happened => filters.All(filter => filter.Value.Count == 0 || Matches(happened, filter.Key, filter.Value));
    }

    private static bool Matches(EngineEvent happened, string name, IReadOnlyList<string> values) => name switch
    {
        "type" => values.Contains(happened.Type),
        "scope" => values.Contains("local"),

        // exec_start and health_status carry a detail after a colon, which a filter need not name.
        "event" => values.Any(value => happened.Action == value || happened.Action.StartsWith(value + ":", StringComparison.Ordinal)),
        "label" => values.All(value => HasLabel(happened, value)),
        "image" => values.Any(value => IsImage(happened, value)),
        _ => happened.Type == name && values.Any(value => IsNamed(happened, value)),
    };

    private static bool IsNamed(EngineEvent happened, string value) =>
        happened.Id == value
        || (value.Length > 0 && happened.Id.StartsWith(value, StringComparison.Ordinal))
        || (happened.Attributes.TryGetValue("name", out string? name) && name == value.TrimStart('/'));

    /// <summary>Image events by their own name, container events by their image's; a tag need not be given.</summary>
    private static bool IsImage(EngineEvent happened, string value)
    {
        string? image = happened.Type == "image" ? happened.Attributes.GetValueOrDefault("name") ?? happened.Id : happened.Attributes.GetValueOrDefault("image");
        return image == value || happened.Id == value || (image is not null && image.LastIndexOf(':') is > 0 and var colon && image[..colon] == value);
    }

    private static bool HasLabel(EngineEvent happened, string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? happened.Attributes.ContainsKey(filter)
            : happened.Attributes.TryGetValue(filter[..equals], out string? value) && value == filter[(equals + 1)..];
    }
}
