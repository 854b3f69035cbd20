using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Wharf.Oci;

/// <summary>
/// The name of an image, <c>[domain/]path[:tag][@digest]</c>, by Docker's grammar (distribution/reference). People write the familiar form
/// (<c>debian</c>, <c>localhost:5000/app:2</c>); a parsed reference is canonical: it always has a domain, and Docker Hub's one-part names are in
/// <c>library/</c>.
/// </summary>
public sealed partial record ImageReference
{
    /// <summary>Domain of names without one.</summary>
    public const string DefaultDomain = "docker.io";

    /// <summary>Tag of references that have neither tag nor digest.</summary>
    public const string DefaultTag = "latest";

    private const string LegacyDefaultDomain = "index.docker.io";
    private const string OfficialPrefix = "library/";
    private const string InvalidFormat = "invalid reference format";
    private const int MaxPathLength = 255;

    private ImageReference(string domain, string path, string? tag, Digest? digest)
    {
        Domain = domain;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Registry host, with its port where it has one: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public string Domain { get; }

    /// <summary>Repository inside the registry: <c>library/debian</c>.</summary>
    public string Path { get; }

    public string? Tag { get; private init; }

    public Digest? Digest { get; private init; }

    /// <summary>Domain and path: <c>docker.io/library/debian</c>.</summary>
    public string Name => $"{Domain}/{Path}";

    /// <summary>The name as people write it: <c>debian</c>. It always parses to this reference again.</summary>
    public string FamiliarName
    {
        get
        {
            if (Domain != DefaultDomain)
            {
                return Name;
            }

            bool official = Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && !Path.AsSpan(OfficialPrefix.Length).Contains('/');
            string path = official ? Path[OfficialPrefix.Length..] : Path;

            // docker.io/localhost/x and docker.io/a.b/x would be taken for names of other registries.
            return SplitDomain(path).Domain == DefaultDomain ? path : Name;
        }
    }

    /// <summary>The whole reference as people write it: <c>debian:bookworm</c>.</summary>
    public string Familiar => FamiliarName + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>Parses the familiar or the canonical form.</summary>
    /// <exception cref="FormatException">In Docker's words, which clients show as they are.</exception>
    public static ImageReference Parse(string text)
    {
        string? problem = Check(text, out ImageReference? reference);
        return problem is null ? reference! : throw new FormatException(problem);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        return text is not null && Check(text, out reference) is null;
    }

    /// <summary>Whether <paramref name="text"/> is a full image id, which can never be a name.</summary>
    public static bool IsIdentifier(string text) => Identifier().IsMatch(text);

    /// <summary>This reference, with <c>latest</c> when it has neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest is null ? this with { Tag = DefaultTag } : this;

    /// <summary>The same repository with this tag and no digest.</summary>
    /// <exception cref="FormatException">The tag is not one: <c>invalid tag format</c>.</exception>
    public ImageReference WithTag(string tag) =>
        TagOnly().IsMatch(tag) ? this with { Tag = tag, Digest = null } : throw new FormatException("invalid tag format");

    /// <summary>The same repository with this digest and no tag.</summary>
    public ImageReference WithDigest(Digest digest) => this with { Tag = null, Digest = digest };

    /// <summary>The canonical form: <c>docker.io/library/debian:bookworm</c>.</summary>
    public override string ToString() => Name + Suffix;

    private static string? Check(string text, out ImageReference? reference)
    {
        reference = null;
        if (IsIdentifier(text))
        {
            return $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
        }

        (string domain, string remainder) = SplitDomain(text);
        int colon = remainder.IndexOf(':');
        string path = colon < 0 ? remainder : remainder[..colon];
        if (path.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            return $"{InvalidFormat}: repository name ({path}) must be lowercase";
        }

        Match match = Whole().Match($"{domain}/{remainder}");
        if (!match.Success)
        {
            return InvalidFormat;
        }

        path = match.Groups["path"].Value;
        if (path.Length > MaxPathLength)
        {
            return $"repository name must not be more than {MaxPathLength} characters";
        }

        Digest? digest = null;
        if (match.Groups["digest"] is { Success: true } found && Digest.Check(found.Value, out digest) is { } problem)
        {
            return problem;
        }

        reference = new ImageReference(domain, path, match.Groups["tag"] is { Success: true } tag ? tag.Value : null, digest);
        return null;
    }

    /// <summary>
    /// The first component is a domain only if it cannot be a repository: it has a dot, a colon or an upper-case letter, or is
    /// <c>localhost</c>. Everything else is on Docker Hub.
    /// </summary>
    private static (string Domain, string Remainder) SplitDomain(string text)
    {
        int slash = text.IndexOf('/');
        string first = slash < 0 ? "" : text[..slash];
        (string domain, string remainder) = first switch
        {
            "localhost" => (first, text[(slash + 1)..]),
            LegacyDefaultDomain => (DefaultDomain, text[(slash + 1)..]),
            _ when first.AsSpan().ContainsAny('.', ':') || first.AsSpan().ContainsAnyInRange('A', 'Z') => (first, text[(slash + 1)..]),
            _ => (DefaultDomain, text),
        };
        return domain == DefaultDomain && !remainder.Contains('/') ? (domain, OfficialPrefix + remainder) : (domain, remainder);
    }

    [GeneratedRegex(@"\A[a-f0-9]{64}\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagOnly();

    [GeneratedRegex("""
        \A
        (?: (?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]) (?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*   # host name, IPv4
          | \[[a-fA-F0-9:]+\] )                                                                                               # IPv6
        (?: :[0-9]+ )?
        / (?<path> [a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)* (?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)* )
        (?: :(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}) )?
        (?: @(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}) )?
        \z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}
