using System.Text;
using System.Text.RegularExpressions;
using Wharf.Engine.Builds.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// A path with wildcards as COPY and ADD take them: Go's filepath.Match, component by component, and <c>**</c> for any number of directories.
/// </summary>
internal sealed class PathPattern
{
    private const string AnyDirectories = "**";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly IReadOnlyList<string> _components;

    private PathPattern(IReadOnlyList<string> components) => _components = components;

    internal static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[\\") >= 0;

    internal static PathPattern Parse(string path) => new(path.Split('/', StringSplitOptions.RemoveEmptyEntries));

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

        Regex? name = _components[component] == AnyDirectories ? null : Matcher(_components[component]);
        foreach (string candidate in tree.Names(tree.Find(directory)!.Path).Where(candidate => name?.IsMatch(candidate) ?? true))
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

    /// <exception cref="WharfException">InvalidArgument: it is malformed.</exception>
    private static Regex Matcher(string component)
    {
        var expression = new StringBuilder(@"\A");
        for (int i = 0; i < component.Length; i++)
        {
            switch (component[i])
            {
                case '*':
                    expression.Append(".*");
                    break;
                case '?':
                    expression.Append('.');
                    break;
                case '\\' when i + 1 < component.Length:
                    expression.Append(Regex.Escape(component[++i].ToString()));
                    break;
                case '[':
                    int end = component.IndexOf(']', i + 2 > component.Length ? i : i + 2);
                    if (end < 0)
                    {
                        throw Malformed(component);
                    }

                    string set = component[(i + 1)..end].Replace(@"\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal);
                    expression.Append('[').Append(set).Append(']');
                    i = end;
                    break;
                case '\\':
                    throw Malformed(component);
                default:
                    expression.Append(Regex.Escape(component[i].ToString()));
                    break;
            }
        }

        try
        {
            return new Regex(expression.Append(@"\z").ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (ArgumentException)
        {
            throw Malformed(component);
        }
    }

    private static WharfException Malformed(string component) => WharfException.Invalid($"syntax error in pattern: {component}");
}
