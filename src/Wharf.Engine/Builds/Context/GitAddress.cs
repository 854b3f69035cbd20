using System.Text;
using System.Text.RegularExpressions;

namespace Wharf.Engine.Builds.Context;

/// <summary><c>https://host/repo.git#ref:directory</c>: what Docker takes as the address of a repository.</summary>
/// <param name="Repository">Without user and password, which go by <see cref="Environment"/>: a command line and a message are seen by others.</param>
/// <param name="Ref">Branch, tag or commit; null for the repository's own choice.</param>
/// <param name="Directory">Inside the repository; empty for all of it.</param>
internal sealed partial record GitAddress(string Repository, string? Ref, string Directory)
{
    /// <summary><c>user:password</c> of the address.</summary>
    private string? Credentials { get; init; }

    /// <summary>Variables that give git the credentials (git-config(1), GIT_CONFIG_COUNT), for this server alone.</summary>
    internal IReadOnlyList<string> Environment => Credentials is null
        ? []
        :
        [
            "GIT_CONFIG_COUNT=1",
            $"GIT_CONFIG_KEY_0=http.{new Uri(Repository).GetLeftPart(UriPartial.Authority)}/.extraHeader",
            $"GIT_CONFIG_VALUE_0=Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}",
        ];

    /// <summary>A submodule of this repository; on the same server it gets the same credentials.</summary>
    /// <param name="url">As <c>.gitmodules</c> has it; relative to this repository's if it begins with a dot.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="WharfException">It cannot be fetched.</exception>
    internal GitAddress Submodule(string url, string commit, string path)
    {
        string absolute = url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal)
            ? new Uri(new Uri(Repository + "/"), url).ToString()
            : url;
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https" or "git"))
        {
            throw WharfException.Invalid($"unable to prepare context: submodule {path} is at {url}, which is no http, https or git address: nothing else is fetched");
        }

        (string repository, string? own) = SplitCredentials(absolute);
        bool isSameServer = repository.StartsWith(new Uri(Repository).GetLeftPart(UriPartial.Authority) + "/", StringComparison.Ordinal);
        return new GitAddress(repository, commit, "") { Credentials = own ?? (isSameServer ? Credentials : null) };
    }

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

        (string bare, string? credentials) = SplitCredentials(repository);
        string[] place = (halves.Length > 1 ? halves[1] : "").Split(':', 2);
        string? reference = place[0].Length > 0 ? place[0] : null;
        if (reference is not null && !AllowedRef().IsMatch(reference))
        {
            throw WharfException.Invalid($"unable to prepare context: invalid git reference \"{reference}\"");
        }

        string directory = place.Length > 1 ? place[1].Trim('/') : "";
        return directory.StartsWith('-')
            ? throw WharfException.Invalid($"unable to prepare context: invalid directory \"{directory}\"")
            : new GitAddress(bare, reference, directory.Length == 0 ? "" : ContextPath.Check(directory)) { Credentials = credentials };
    }

    private static (string Repository, string? Credentials) SplitCredentials(string address)
    {
        int start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = address.IndexOf('/', start);
        int at = address.LastIndexOf('@', end < 0 ? address.Length - 1 : end);
        return at < start || !address.StartsWith("http", StringComparison.Ordinal)
            ? (address, null)
            : (address[..start] + address[(at + 1)..], Uri.UnescapeDataString(address[start..at]));
    }

    /// <summary>Never an option, never a range or another expression (git-check-ref-format(1)).</summary>
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_./+@-]*$")]
    private static partial Regex AllowedRef();
}
