using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary><c>--filter name=value</c>, gathered by name as the API wants them.</summary>
internal static class Filters
{
    /// <param name="shorthand">None where <c>-f</c> is <c>--force</c>.</param>
    internal static ListOption Declare(OptionSet options, char? shorthand = 'f') =>
        options.List("filter", shorthand, "Keep only what meets a condition (name=value)", Check, "filter");

    internal static Dictionary<string, IReadOnlyList<string>> Gather(ListOption option) => option.Values
        .Select(text => text.Split('=', 2))
        .GroupBy(pair => pair[0].Trim().ToLowerInvariant(), pair => pair[1].Trim())
        .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group]);

    private static string Check(string text) =>
        text.Contains('=', StringComparison.Ordinal) ? text : throw new FormatException("bad format of filter (expected name=value)");
}
