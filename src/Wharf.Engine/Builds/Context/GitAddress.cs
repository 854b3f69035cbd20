using System.Text.RegularExpressions;

namespace Wharf.Engine.Builds.Context;

/// <summary><c>https://host/repo.git#ref:directory</c>: what Docker takes as the address of a repository.</summary>
/// <param name="Ref">Branch, tag or commit; null for the repository's own choice.</param>
/// <param name="Directory">Inside the repository; empty for all of it.</param>
internal sealed partial record GitAddress(string Repository, string? Ref, string Directory)
{
    /// <returns>Null when it is not the address of a repository.</returns>
    /// <exception cref="WharfException">It is, and cannot be used.</exception>
    internal static GitAddress? TryParse(string address)
    {
        string[] halves = address.Split('#', 2);
        string repository = halves[0];
        if (repository.StartsWith("github.com/", StringComparison.Ordinal))
        {
            repository = "https://" + repository;
        }
        else if (repository.StartsWith("git@", StringComparison.Ordinal) || repository.StartsWith("ssh://", StringComparison.Ordinal))
        {
            throw WharfException.Invalid($"unable to prepare context: {repository}: repositories are not fetched by ssh: use https, or clone it and build the directory");
        }

        bool isHttp = repository.StartsWith("http://", StringComparison.Ordinal) || repository.StartsWith("https://", StringComparison.Ordinal);
        bool isGit = repository.StartsWith("git://", StringComparison.Ordinal);
        if (!isGit && !(isHttp && (repository.EndsWith(".git", StringComparison.Ordinal) || halves[0].StartsWith("github.com/", StringComparison.Ordinal))))
        {
            return null;
        }

        string[] place = (halves.Length > 1 ? halves[1] : "").Split(':', 2);
        string? reference = place[0].Length > 0 ? place[0] : null;
        if (reference is not null && !AllowedRef().IsMatch(reference))
        {
            throw WharfException.Invalid($"unable to prepare context: invalid git reference \"{reference}\"");
        }

        string directory = place.Length > 1 ? place[1].Trim('/') : "";
        return directory.StartsWith('-')
            ? throw WharfException.Invalid($"unable to prepare context: invalid directory \"{directory}\"")
            : new GitAddress(repository, reference, directory.Length == 0 ? "" : ContextPath.Check(directory));
    }

    /// <summary>Never an option, never a range or another expression (git-check-ref-format(1)).</summary>
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_./+@-]*$")]
    private static partial Regex AllowedRef();
}
