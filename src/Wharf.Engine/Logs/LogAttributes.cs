using System.Text.RegularExpressions;

namespace Wharf.Engine.Logs;

/// <summary>What of a container can show up in its log.</summary>
/// <param name="Values">What <c>tag</c> may name: ID, FullID, Name, ImageName and so on.</param>
internal sealed record LogSubject(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Environment, IReadOnlyDictionary<string, string> Values);

/// <summary>What <c>labels</c>, <c>env</c>, their <c>-regex</c> and <c>tag</c> add to every line: Docker's <c>attrs</c>.</summary>
internal static class LogAttributes
{
    /// <summary>A pattern comes from outside and must not hold up a start.</summary>
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromMilliseconds(100);

    /// <returns>Null when there are none.</returns>
    internal static Dictionary<string, string>? Select(IReadOnlyDictionary<string, string> options, LogSubject container)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        Take(attributes, container.Labels, options, "labels");
        Take(attributes, Variables(container.Environment), options, "env");
        if (options.GetValueOrDefault("tag", "") is { Length: > 0 } tag)
        {
            attributes["tag"] = container.Values.Aggregate(
                tag, (text, value) => text.Replace($"{{{{.{value.Key}}}}}", value.Value, StringComparison.Ordinal));
        }

        return attributes.Count == 0 ? null : attributes;
    }

    private static void Take(
        Dictionary<string, string> attributes,
        IEnumerable<KeyValuePair<string, string>> values,
        IReadOnlyDictionary<string, string> options,
        string option)
    {
        string[] names = options.GetValueOrDefault(option, "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        string pattern = options.GetValueOrDefault(option + "-regex", "");
        try
        {
            Regex? regex = pattern.Length > 0 ? new Regex(pattern, RegexOptions.CultureInvariant, RegexTimeout) : null;
            foreach ((string name, string value) in values)
            {
                if (names.Contains(name) || regex?.IsMatch(name) is true)
                {
                    attributes[name] = value;
                }
            }
        }
        catch (Exception unusable) when (unusable is ArgumentException or RegexMatchTimeoutException)
        {
            throw WharfException.Invalid($"failed to initialize logging driver: {option}-regex '{pattern}': {unusable.Message}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables(IEnumerable<string> environment) =>
        environment.Select(variable => variable.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}
