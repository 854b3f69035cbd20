using System.Globalization;
using System.Text.RegularExpressions;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Logs;

/// <summary>
/// Docker's log options, as the plain numbers that a monitor takes. Drivers: <c>json-file</c>, <c>local</c> (kept in the same format: it is
/// private to an engine) and <c>none</c>.
/// </summary>
internal static class LogDriverOptions
{
    private const long DefaultMaxSize = 10L << 20;
    private const int DefaultMaxFiles = 3;
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Known = ["max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag", "mode", "max-buffer-size"];

    /// <param name="container">Values that <c>tag</c> may name: ID, FullID, Name, ImageName and so on.</param>
    /// <exception cref="WharfException">An unknown driver or option, in Docker's words.</exception>
    internal static LogSettings Parse(
        string driver,
        IReadOnlyDictionary<string, string> options,
        string path,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<string> environment,
        IReadOnlyDictionary<string, string> container)
    {
        if (driver == "none")
        {
            return new LogSettings { Driver = "none" };
        }

        if (driver is not ("json-file" or "local"))
        {
            throw WharfException.Invalid($"logger: no log driver named '{driver}' is registered");
        }

        if (options.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw WharfException.Invalid($"unknown log opt '{unknown}' for {driver} log driver");
        }

        long maxSize = options.TryGetValue("max-size", out string? size) ? ParseSize(size) : DefaultMaxSize;
        int maxFiles = options.TryGetValue("max-file", out string? files) ? ParseCount(files) : DefaultMaxFiles;
        return new LogSettings
        {
            Driver = "json-file",
            Path = path,
            MaxSize = maxSize,
            MaxFiles = maxFiles,
            Compress = options.TryGetValue("compress", out string? compress) && ParseFlag(compress),
            Attributes = Attributes(options, labels, environment, container),
        };
    }

    /// <summary>-1 is "never rotate".</summary>
    private static long ParseSize(string text)
    {
        if (text == "-1")
        {
            return 0;
        }

        Match match = Regex.Match(text, @"^([0-9]+(?:\.[0-9]+)?) ?([kmgtp]?)(?:i?b)?$", RegexOptions.IgnoreCase, RegexTimeout);
        double bytes = match.Success
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                * Math.Pow(1024, " kmgtp".IndexOf(match.Groups[2].Value.PadLeft(1).ToLowerInvariant(), StringComparison.Ordinal))
            : 0;
        return bytes is >= 1 and < long.MaxValue
            ? (long)bytes
            : throw WharfException.Invalid($"invalid value for max-size: \"{text}\": max-size must be a positive number");
    }

    private static int ParseCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
            ? count
            : throw WharfException.Invalid("max-file cannot be less than 1");

    private static bool ParseFlag(string text) => bool.TryParse(text, out bool flag)
        ? flag
        : throw WharfException.Invalid($"invalid value for compress: \"{text}\"");

    private static Dictionary<string, string>? Attributes(
        IReadOnlyDictionary<string, string> options,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<string> environment,
        IReadOnlyDictionary<string, string> container)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        Take(labels, Names(options, "labels"), Pattern(options, "labels-regex"));
        Take(
            environment.Select(variable => variable.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]),
            Names(options, "env"),
            Pattern(options, "env-regex"));
        if (options.TryGetValue("tag", out string? tag) && tag.Length > 0)
        {
            attributes["tag"] = container.Aggregate(tag, (text, value) => text.Replace($"{{{{.{value.Key}}}}}", value.Value, StringComparison.Ordinal));
        }

        return attributes.Count == 0 ? null : attributes;

        void Take(IReadOnlyDictionary<string, string> values, string[] names, Regex? pattern)
        {
            foreach ((string name, string value) in values)
            {
                if (names.Contains(name) || pattern?.IsMatch(name) is true)
                {
                    attributes[name] = value;
                }
            }
        }
    }

    private static string[] Names(IReadOnlyDictionary<string, string> options, string option) =>
        options.TryGetValue(option, out string? names) ? names.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];

    private static Regex? Pattern(IReadOnlyDictionary<string, string> options, string option)
    {
        try
        {
            return options.TryGetValue(option, out string? pattern) && pattern.Length > 0
                ? new Regex(pattern, RegexOptions.CultureInvariant, RegexTimeout)
                : null;
        }
        catch (ArgumentException invalid)
        {
            throw WharfException.Invalid($"invalid value for {option}: {invalid.Message}");
        }
    }
}
