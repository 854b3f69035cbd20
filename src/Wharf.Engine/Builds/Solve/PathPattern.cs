using Wharf.Engine.Builds.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// A path with wildcards as COPY and ADD take them: Go's filepath.Match, component by component, and <c>**</c> for any number of directories.
/// </summary>
internal sealed class PathPattern
{
    private const string AnyDirectories = "**";
    private readonly IReadOnlyList<string> _components;

    private PathPattern(IReadOnlyList<string> components) => _components = components;

    internal static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[\\") >= 0;

    internal static PathPattern Parse(string path) => new([.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Checked)]);

    internal static string BaseName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Every path of the tree that matches, sorted.</summary>
    internal IReadOnlyList<string> FindIn(FileTree tree)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        Find(tree, "", 0, found);
        return [.. found];
    }

    private void Find(FileTree tree, string directory, int component, SortedSet<string> found)
    {
        bool isLast = component == _components.Count - 1;
        if (_components[component] == AnyDirectories && !isLast)
        {
            Find(tree, directory, component + 1, found);
        }

        if (directory.Length > 0 && tree.Find(directory) is not { IsDirectory: true })
        {
            return;
        }

        string? name = _components[component] == AnyDirectories ? null : _components[component];
        foreach (string candidate in tree.Names(tree.Find(directory)!.Path).Where(candidate => name is null || Matches(name, candidate)))
        {
            string path = directory.Length == 0 ? candidate : $"{directory}/{candidate}";
            if (isLast)
            {
                found.Add(path);
            }
            else if (name is not null)
            {
                Find(tree, path, component + 1, found);
            }
            else
            {
                Find(tree, path, component, found);
            }
        }
    }

    /// <summary>Whether a name is what one component of a pattern means. Time is at most pattern times name.</summary>
    internal static bool Matches(string pattern, string name)
    {
        int at = 0;
        int position = 0;
        int star = -1;
        int resume = 0;
        while (position < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = position;
            }
            else if (at < pattern.Length && MatchesOne(pattern, ref at, name[position]))
            {
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).Trim('*').IsEmpty;
    }

    /// <param name="at">Moved behind the part of the pattern that stands for the character, if it does.</param>
    private static bool MatchesOne(string pattern, ref int at, char character)
    {
        int length;
        bool matches;
        switch (pattern[at])
        {
            case '?':
                (length, matches) = (1, true);
                break;
            case '\\':
                (length, matches) = (2, pattern[at + 1] == character);
                break;
            case '[':
                (length, matches) = MatchSet(pattern.AsSpan(at), character);
                break;
            case var literal:
                (length, matches) = (1, literal == character);
                break;
        }

        at += matches ? length : 0;
        return matches;
    }

    private static (int Length, bool Matches) MatchSet(ReadOnlySpan<char> set, char character)
    {
        int at = 1;
        bool negated = set[at] == '^';
        at += negated ? 1 : 0;
        bool isIn = false;
        for (int members = 0; set[at] != ']' || members == 0; members++)
        {
            char low = Member(set, ref at);
            char high = low;
            if (set[at] == '-')
            {
                at++;
                high = Member(set, ref at);
            }

            isIn |= character >= low && character <= high;
        }

        return (at + 1, isIn != negated);
    }

    private static char Member(ReadOnlySpan<char> set, ref int at)
    {
        at += set[at] == '\\' ? 1 : 0;
        return set[at++];
    }

    /// <exception cref="WharfException">InvalidArgument: it is malformed.</exception>
    private static string Checked(string component)
    {
        try
        {
            for (int at = 0; at < component.Length;)
            {
                at += component[at] switch
                {
                    '\\' => component[(at + 1)..][..1].Length + 1,
                    '[' => MatchSet(component.AsSpan(at), ' ').Length,
                    _ => 1,
                };
            }

            return component;
        }
        catch (Exception outside) when (outside is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw WharfException.Invalid($"syntax error in pattern: {component}");
        }
    }
}
