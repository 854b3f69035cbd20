using System.Collections.Immutable;

namespace Wharf.Oci.Ignore;

/// <summary>Which rules of an <see cref="IgnoreFile"/> match a directory or one above it.</summary>
public readonly record struct IgnoreState(ImmutableArray<bool> Matched);

/// <summary>
/// A <c>.dockerignore</c>: which files of the directory are no part of the build context. Rules are tried in order and the last that matches
/// wins; <c>!</c> begins an exception; a rule that matches a directory holds for all that is in it.
/// </summary>
/// <remarks>
/// Where Docker's own documents and its walkers differ, this is the walkers (patternmatcher's <c>MatchesUsingParentResults</c>): an exception
/// that a directory did not need, because nothing had ignored it, does not hold for what is in that directory.
/// </remarks>
public sealed class IgnoreFile
{
    private const int MaxLength = 1 << 20;
    private const int MaxRules = 10_000;
    private const string Suffix = ".dockerignore";

    private readonly ImmutableArray<IgnoreRule> _rules;

    private IgnoreFile(ImmutableArray<IgnoreRule> rules)
    {
        _rules = rules;
        Root = new IgnoreState([.. rules.Select(_ => false)]);
    }

    /// <summary>Ignores nothing.</summary>
    public static IgnoreFile Empty { get; } = new([]);

    /// <summary>Of the context's root, which no rule matches.</summary>
    public IgnoreState Root { get; }

    public bool HasExceptions => _rules.Any(rule => rule.IsException);

    /// <summary>Where the ignore file of a Dockerfile may be; the first that exists is the only one.</summary>
    /// <param name="dockerfile">Path in the context.</param>
    public static IReadOnlyList<string> CandidatesFor(string dockerfile) => [dockerfile + Suffix, Suffix];

    /// <param name="name">What messages call it.</param>
    /// <exception cref="FormatException">A rule is malformed.</exception>
    public static IgnoreFile Parse(string text, string name = Suffix)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException($"{name} is larger than {MaxLength >> 20} MiB");
        }

        string[] lines = text.TrimStart('\uFEFF').Split('\n');
        return Compile(lines.Select((line, i) => (line.StartsWith('#') ? "" : line, $"{name}:{i + 1}")), name);
    }

    /// <summary>Patterns that were given one by one, as for <c>COPY --exclude</c>.</summary>
    /// <exception cref="FormatException">One is malformed.</exception>
    public static IgnoreFile Of(IEnumerable<string> patterns, string name) => Compile(patterns.Select(pattern => (pattern, name)), name);

    /// <param name="path">Relative to the context's root, with <c>/</c>, clean.</param>
    public bool IsIgnored(string path)
    {
        IgnoreState state = Root;
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            IsIgnored(path[..slash], state, out state);
        }

        return IsIgnored(path, state);
    }

    /// <summary>For walking down a tree, where what is known of a directory need not be found again for each of its files.</summary>
    /// <param name="parent">Of the directory that it is in.</param>
    public bool IsIgnored(string path, IgnoreState parent)
    {
        bool isIgnored = false;
        for (int i = 0; i < _rules.Length; i++)
        {
            isIgnored = Matches(i, path, parent, isIgnored) ? !_rules[i].IsException : isIgnored;
        }

        return isIgnored;
    }

    /// <inheritdoc cref="IsIgnored(string, IgnoreState)"/>
    /// <param name="state">Of this path, for what is in it.</param>
    public bool IsIgnored(string path, IgnoreState parent, out IgnoreState state)
    {
        ImmutableArray<bool>.Builder matched = ImmutableArray.CreateBuilder<bool>(_rules.Length);
        bool isIgnored = false;
        for (int i = 0; i < _rules.Length; i++)
        {
            matched.Add(Matches(i, path, parent, isIgnored));
            isIgnored = matched[i] ? !_rules[i].IsException : isIgnored;
        }

        state = new IgnoreState(matched.MoveToImmutable());
        return isIgnored;
    }

    /// <summary>Whether nothing in an ignored directory can be an exception, so that nobody need look.</summary>
    public bool CanSkip(string directory)
    {
        string below = directory + "/";
        return !_rules.Any(rule => rule.IsException && rule.Pattern.CanMatchBelow(below));
    }

    /// <summary>A rule that could change nothing is not tried.</summary>
    private bool Matches(int rule, string path, IgnoreState parent, bool isIgnored) =>
        parent.Matched[rule] || (_rules[rule].IsException == isIgnored && _rules[rule].Pattern.Matches(path));

    private static IgnoreFile Compile(IEnumerable<(string Pattern, string Place)> patterns, string name)
    {
        ImmutableArray<IgnoreRule>.Builder rules = ImmutableArray.CreateBuilder<IgnoreRule>();
        foreach ((string pattern, string place) in patterns.Where(line => !string.IsNullOrWhiteSpace(line.Pattern)))
        {
            try
            {
                rules.Add(Read(pattern.Trim()));
            }
            catch (FormatException problem)
            {
                throw new FormatException($"{place}: {problem.Message}", problem);
            }
        }

        return rules.Count <= MaxRules
            ? new IgnoreFile(rules.ToImmutable())
            : throw new FormatException($"{name} has {rules.Count} rules, more than {MaxRules}");
    }

    private static IgnoreRule Read(string pattern)
    {
        bool isException = pattern[0] == '!';
        pattern = isException ? pattern[1..].Trim() : pattern;
        if (pattern.Length == 0)
        {
            throw new FormatException("illegal exclusion pattern: \"!\"");
        }

        pattern = PosixPath.Clean(pattern);
        return new IgnoreRule(IgnorePattern.Parse(pattern.Length > 1 ? pattern.TrimStart('/') : pattern), isException);
    }

    private sealed record IgnoreRule(IgnorePattern Pattern, bool IsException);
}
