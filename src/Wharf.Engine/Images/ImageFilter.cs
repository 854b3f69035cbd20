using System.Globalization;
using System.Text.RegularExpressions;
using Wharf.Oci;

namespace Wharf.Engine.Images;

/// <summary>The filters of <c>images</c> and <c>image prune</c>.</summary>
internal static class ImageFilter
{
    private static readonly string[] ListKeys = ["before", "dangling", "label", "label!", "reference", "since", "until"];
    private static readonly string[] PruneKeys = ["dangling", "label", "label!", "until"];

    /// <exception cref="WharfException">InvalidArgument: unknown filter or bad value.</exception>
    internal static Func<Image, bool> List(ImageTable table, IReadOnlyDictionary<string, IReadOnlyList<string>> filters, DateTimeOffset now)
    {
        Require(filters, ListKeys);
        return image => filters.All(filter => filter.Key switch
        {
            "dangling" => filter.Value.Any(value => image.Tags.Any() != Flag(value)),
            "reference" => filter.Value.Any(pattern => image.References.Any(reference => Matches(reference, pattern))),
            "before" => filter.Value.All(name => image.Created < ImageLookup.Find(table, name).Created),
            "since" => filter.Value.All(name => image.Created > ImageLookup.Find(table, name).Created),
            _ => Common(image, filter.Key, filter.Value, now),
        });
    }

    /// <summary>An image as a list shows it: who asks for some names is not told the others.</summary>
    internal static Image Narrow(Image image, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        filters.TryGetValue("reference", out IReadOnlyList<string>? patterns)
            ? image with { References = [.. image.References.Where(reference => patterns.Any(pattern => Matches(reference, pattern)))] }
            : image;

    /// <summary>As <see cref="List"/>; <c>dangling</c> says what is pruned and is read by <see cref="PrunesAll"/>.</summary>
    internal static Func<Image, bool> Prune(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, DateTimeOffset now)
    {
        Require(filters, PruneKeys);
        return image => filters.Where(filter => filter.Key != "dangling").All(filter => Common(image, filter.Key, filter.Value, now));
    }

    /// <summary>Whether images with a tag go too, if nothing uses them.</summary>
    internal static bool PrunesAll(IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        filters.TryGetValue("dangling", out IReadOnlyList<string>? values) && values.Any(value => !Flag(value));

    private static bool Common(Image image, string key, IReadOnlyList<string> values, DateTimeOffset now) => key switch
    {
        "label" => values.All(value => HasLabel(image, value)),
        "label!" => values.All(value => !HasLabel(image, value)),
        _ => values.All(value => image.Created < PointInTime(value, now)),
    };

    private static bool HasLabel(Image image, string wanted)
    {
        string[] parts = wanted.Split('=', 2);
        string? value = image.Config.Config?.Labels?.GetValueOrDefault(parts[0]);
        return value is not null && (parts.Length == 1 || value == parts[1]);
    }

    /// <summary>Go's path.Match against the familiar name, with the tag or without: no <c>*</c> passes a slash.</summary>
    private static bool Matches(ImageReference reference, string pattern)
    {
        string glob = Regex.Escape(pattern).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal)
            .Replace(@"\[", "[", StringComparison.Ordinal);
        try
        {
            var expression = new Regex($@"\A(?:{glob})\z", RegexOptions.NonBacktracking);
            return expression.IsMatch(reference.Familiar) || expression.IsMatch(reference.FamiliarName);
        }
        catch (RegexParseException)
        {
            throw WharfException.Invalid($"syntax error in pattern {pattern}");
        }
    }

    private static DateTimeOffset PointInTime(string value, DateTimeOffset now)
    {
        if (long.TryParse(value.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            return DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, 253402300799));
        }

        return Regex.Match(value, @"\A(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?\z") is { Success: true, Length: > 0 } span
            ? now - new TimeSpan(Number(span.Groups[1]), Number(span.Groups[2]), Number(span.Groups[3]))
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : throw WharfException.Invalid($"failed to parse value as time or duration: \"{value}\"");
    }

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private static bool Flag(string value) => value.ToLowerInvariant() switch
    {
        "1" or "true" or "t" => true,
        "0" or "false" or "f" => false,
        _ => throw WharfException.Invalid($"invalid filter 'dangling=[{value}]'"),
    };

    private static void Require(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string[] known)
    {
        if (filters.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw WharfException.Invalid($"invalid filter '{unknown}'");
        }
    }
}
