using Wharf.Engine.Builds.Solve;

namespace Wharf.Engine.Builds.Cache;

/// <summary>Says why a step was not in the cache: what is another than it was the last time.</summary>
internal static class CacheMiss
{
    private const int MaxReasons = 20;

    /// <param name="before">Null when there was no such step.</param>
    internal static IReadOnlyList<string> Explain(IReadOnlyList<KeyInput>? before, IReadOnlyList<KeyInput> now)
    {
        if (before is null)
        {
            return ["this step has not been built before"];
        }

        Dictionary<string, string> old = Index(before);
        Dictionary<string, string> current = Index(now.Select(input => new KeyInput(CacheInputs.OneLine(input.Name), CacheInputs.OneLine(input.Value))));
        List<string> reasons =
        [
            .. from input in current
               where old.GetValueOrDefault(input.Key) != input.Value
               select Changed(input.Key, old.GetValueOrDefault(input.Key), input.Value),
            .. from name in old.Keys
               where !current.ContainsKey(name)
               select $"{name} is gone",
        ];
        return reasons.Count switch
        {
            0 => ["its result has been removed from the cache"],
            > MaxReasons => [.. reasons.Take(MaxReasons), $"and {reasons.Count - MaxReasons} more"],
            _ => reasons,
        };
    }

    private static string Changed(string name, string? before, string now) => (name, before) switch
    {
        (_, null) => $"{name} is new",
        _ when name.StartsWith("file ", StringComparison.Ordinal) || name.StartsWith("source", StringComparison.Ordinal) => $"{name} has changed",
        ("base", _) => "the step before it, or the base image, has another result",
        _ => $"{name} was \"{before}\" and is \"{now}\"",
    };

    private static Dictionary<string, string> Index(IEnumerable<KeyInput> inputs)
    {
        var index = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (KeyInput input in inputs)
        {
            index[input.Name] = input.Value;
        }

        return index;
    }
}
