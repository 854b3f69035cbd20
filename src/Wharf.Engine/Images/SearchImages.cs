using System.Globalization;
using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;

namespace Wharf.Engine.Images;

/// <summary><c>search</c>: what a registry has, by its own idea of a match; filtered here.</summary>
public sealed class SearchImages(RegistryClient registry)
{
    private const int DefaultLimit = 25;
    private const int MaxLimit = 100;
    private static readonly string[] Keys = ["is-automated", "is-official", "stars"];

    /// <param name="term">What to look for, perhaps with a registry in front: <c>localhost:5000/nginx</c>.</param>
    /// <param name="limit">Null or 0 for 25.</param>
    /// <param name="filters">is-official, stars (that many at least), is-automated (which nothing is any more).</param>
    /// <exception cref="WharfException">InvalidArgument; NotFound: the registry cannot be searched.</exception>
    public async Task<IReadOnlyList<FoundImage>> RunAsync(
        string term,
        int? limit,
        IReadOnlyDictionary<string, IReadOnlyList<string>> filters,
        RegistryCredentials? credentials,
        CancellationToken cancellationToken)
    {
        int count = limit is null or 0 ? DefaultLimit : limit.Value;
        if (count is < 1 or > MaxLimit)
        {
            throw WharfException.Invalid($"limit {count} is outside the range of [1, {MaxLimit}]");
        }

        Func<FoundImage, bool>? isWanted = Filter(filters);
        if (isWanted is null)
        {
            return [];
        }

        (string domain, string rest) = Split(term);
        return [.. (await registry.SearchAsync(domain, rest, count, credentials, cancellationToken).ConfigureAwait(false)).Where(isWanted)];
    }

    private static (string Domain, string Term) Split(string term)
    {
        if (term.Contains("://", StringComparison.Ordinal))
        {
            throw WharfException.Invalid($"invalid repository name: repository name ({term}) should not have a scheme");
        }

        string[] parts = term.Split('/', 2);
        bool hasDomain = parts.Length == 2 && (parts[0].AsSpan().ContainsAny('.', ':') || parts[0] == "localhost");
        return !hasDomain || parts[0] is ImageReference.DefaultDomain or "index.docker.io"
            ? (ImageReference.DefaultDomain, hasDomain ? parts[1] : term)
            : (parts[0], parts[1]);
    }

    /// <returns>Null when nothing can be wanted.</returns>
    private static Func<FoundImage, bool>? Filter(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        if (filters.Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
        {
            throw WharfException.Invalid($"invalid filter '{unknown}'");
        }

        bool? official = Flag(filters, "is-official");
        int stars = filters.GetValueOrDefault("stars", []).Select(Stars).DefaultIfEmpty(0).Max();
        return Flag(filters, "is-automated") == true
            ? null
            : image => (official is null || image.IsOfficial == official) && image.StarCount >= stars;
    }

    private static int Stars(string value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int stars)
        ? stars
        : throw WharfException.Invalid($"invalid filter 'stars=[{value}]'");

    private static bool? Flag(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string key) => filters.GetValueOrDefault(key) switch
    {
        null or [] => null,
        ["1" or "true"] => true,
        ["0" or "false"] => false,
        var values => throw WharfException.Invalid($"invalid filter '{key}=[{string.Join(' ', values)}]'"),
    };
}
