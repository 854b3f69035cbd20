using System.Text;
using Wharf.Engine.Images.Pack;
using Wharf.Linux.Fds;

namespace Wharf.Engine.Builds.Context;

/// <summary>What is wanted of a repository.</summary>
internal sealed record GitRequest(GitAddress Address)
{
    /// <summary>Keep the repository itself, as <c>.git</c>; only where all of its files are wanted.</summary>
    internal bool KeepsRepository { get; init; }

    /// <summary>What the name of the commit must begin with.</summary>
    internal string? Commit { get; init; }
}

/// <summary>
/// Fetches one commit of a repository and of its submodules, and takes the files from git's own archive of it: nothing is checked out, so
/// neither hooks nor filters nor links of a repository do anything here.
/// </summary>
internal sealed class GitFetch
{
    private const int MaxListBytes = 16 << 20;
    private const int MaxSubmodules = 100;
    private const int MaxDepth = 8;

    private readonly string _git;
    private readonly string _repository;
    private readonly GitRequest _request;
    private readonly ContextDirectory _tree;
    private readonly CancellationToken _cancellation;
    private int _submodules;

    private GitFetch(string git, string repository, GitRequest request, ContextDirectory tree, CancellationToken cancellationToken)
    {
        _git = git;
        _repository = repository;
        _request = request;
        _tree = tree;
        _cancellation = cancellationToken;
    }

    /// <exception cref="WharfException">It cannot be fetched, in git's own words, or holds what no context may.</exception>
    internal static StoredContext Run(ContextStore store, GitRequest request, CancellationToken cancellationToken)
    {
        string git = Find();
        using ScratchDirectory scratch = store.MakeScratch();
        string repository = Path.Combine(scratch.Path, "repository");
        return store.Fill(tree => new GitFetch(git, repository, request, tree, cancellationToken).Run(scratch.Path));
    }

    private void Run(string scratch)
    {
        GitAddress address = _request.Address;
        string attributes = Path.Combine(_repository, "info", "attributes");
        Call(scratch, ["init", "--quiet", "--bare", "--template=", _repository]);
        Directory.CreateDirectory(Path.GetDirectoryName(attributes)!);

        // What a repository keeps out of its releases may well be what its Dockerfile copies.
        File.WriteAllText(attributes, "* -export-ignore -export-subst\n");
        string commit = Fetch(address);
        if (_request.Commit is { } wanted && !commit.StartsWith(wanted, StringComparison.Ordinal))
        {
            throw WharfException.Invalid($"expected checksum to match {wanted}, got {commit}");
        }

        Unpack(address, commit, "");
        if (_request.KeepsRepository && address.Directory.Length == 0)
        {
            KeepRepository(commit, attributes);
        }

        AddSubmodules(address, commit, "", 0);
    }

    /// <summary>Takes over the files of a commit.</summary>
    /// <param name="prefix">Path of its root; empty, or with a slash at its end.</param>
    private void Unpack(GitAddress address, string commit, string prefix)
    {
        string[] below = prefix.Length > 0 || address.Directory.Length == 0 ? [] : [address.Directory];
        using var pipe = new Pipe();
        using GitProcess archive = Start(address, ["archive", "--format=tar", $"--prefix={prefix}", commit, .. below], pipe);
        using CancellationTokenRegistration kill = _cancellation.UnsafeRegister(static running => ((GitProcess)running!).Kill(), archive);
        using var tar = new FileStream(pipe.Reader, FileAccess.Read, bufferSize: 0);
        try
        {
            ArchiveIntake.Unpack(tar, _tree, _request.Address.Directory, _cancellation);
        }
        catch (WharfException)
        {
            // An archive that git could not make is cut off: git's own words are the better ones.
            Check(archive.Wait(), address);
            throw;
        }
    }

    /// <summary>As if the commit had been checked out: HEAD is it, and the index has its files.</summary>
    private void KeepRepository(string commit, string attributes)
    {
        File.Delete(attributes);
        Call(_repository, ["update-ref", "--no-deref", "HEAD", commit]);
        Call(_repository, ["read-tree", commit]);
        Call(_repository, ["config", "remote.origin.url", _request.Address.Repository]);
        Call(_repository, ["config", "core.bare", "false"]);
        using LayerPacking packing = LayerPacking.Start(_repository, _cancellation);
        using Stream tar = packing.Archive.AsStream();
        ArchiveIntake.Unpack(tar, _tree, "", _cancellation, ".git/");
        Call(_repository, ["config", "core.bare", "true"]);
        File.WriteAllText(attributes, "* -export-ignore -export-subst\n");
    }

    /// <summary>The commits that a tree names for its submodules, each at its place.</summary>
    private void AddSubmodules(GitAddress address, string commit, string prefix, int depth)
    {
        string wanted = _request.Address.Directory.Length == 0 ? "" : _request.Address.Directory + "/";
        Lazy<GitModules> modules = new(() => GitModules.Parse(Read(address, ["config", "--null", "--list", "--blob", $"{commit}:.gitmodules"])));
        foreach ((string path, string pinned) in Links(address, commit).Where(link => (prefix + link.Path + "/").StartsWith(wanted, StringComparison.Ordinal)))
        {
            if (++_submodules > MaxSubmodules || depth == MaxDepth)
            {
                throw WharfException.Invalid($"unable to prepare context: {_request.Address.Repository} has more than {MaxSubmodules} submodules, or {MaxDepth} within one another");
            }

            string url = modules.Value.UrlOf(path) ?? throw WharfException.Invalid(
                $"unable to prepare context: No url found for submodule path '{prefix}{path}' in .gitmodules of {address.Repository}");
            GitAddress module = address.Submodule(url, pinned, prefix + path);
            Unpack(module, Fetch(module), $"{prefix}{path}/");
            AddSubmodules(module, pinned, $"{prefix}{path}/", depth + 1);
        }
    }

    /// <summary>Entries of a tree that stand for commits of other repositories (gitmodules(5)): mode 160000.</summary>
    private IEnumerable<(string Path, string Commit)> Links(GitAddress address, string commit)
    {
        const string LinkMode = "160000 commit ";
        return Read(address, ["ls-tree", "-r", "-z", commit])
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(entry => entry.StartsWith(LinkMode, StringComparison.Ordinal))
            .Select(entry => entry[LinkMode.Length..].Split('\t', 2))
            .Select(entry => (ContextPath.Check(entry[1]), entry[0]));
    }

    /// <summary>
    /// Only the newest commit where the server lets us. A server without protocol knows no shallow histories, and some give a commit by its name
    /// only to who has asked for everything.
    /// </summary>
    /// <returns>The full name of the commit.</returns>
    private string Fetch(GitAddress address)
    {
        const string Fetched = "FETCH_HEAD";
        string wanted = address.Ref ?? "HEAD";
        string[] fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        (int Code, string Message) end = TryCall(address, [.. fetch, "--depth=1", "--", address.Repository, wanted]);
        if (end.Code != 0 && end.Message.Contains("shallow", StringComparison.Ordinal))
        {
            end = TryCall(address, [.. fetch, "--", address.Repository, wanted]);
        }

        string found = Fetched;
        if (end.Code != 0 && IsCommit(wanted))
        {
            end = TryCall(address, [.. fetch, "--", address.Repository, "+refs/*:refs/fetched/*"]);
            found = wanted;
        }

        Check(end, address);
        return Read(address, ["rev-parse", "--verify", $"{found}^{{commit}}"]).Trim();
    }

    private static bool IsCommit(string reference) => reference.Length is >= 7 and <= 64 && reference.All(char.IsAsciiHexDigitLower);

    private void Check((int Code, string Message) end, GitAddress address)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (end.Code != 0)
        {
            throw WharfException.Invalid(
                $"unable to prepare context: unable to fetch {address.Repository}{(address.Ref is null ? "" : "#" + address.Ref)}: {end.Message.Trim()}");
        }
    }

    private void Call(string directory, IReadOnlyList<string> arguments)
    {
        (int code, string message) = Wait(GitProcess.Start(_git, directory, arguments, [], output: null));
        _cancellation.ThrowIfCancellationRequested();
        if (code != 0)
        {
            throw new WharfException(ErrorKind.Internal, $"git {arguments[0]}: {message.Trim()}");
        }
    }

    private (int Code, string Message) TryCall(GitAddress address, IReadOnlyList<string> arguments) =>
        Wait(GitProcess.Start(_git, _repository, arguments, address.Environment, output: null));

    private (int Code, string Message) Wait(GitProcess process)
    {
        using (process)
        {
            using CancellationTokenRegistration kill = _cancellation.UnsafeRegister(static running => ((GitProcess)running!).Kill(), process);
            return process.Wait();
        }
    }

    /// <summary>What git says on its standard output.</summary>
    private string Read(GitAddress address, IReadOnlyList<string> arguments)
    {
        using var pipe = new Pipe();
        using GitProcess process = Start(address, arguments, pipe);
        using CancellationTokenRegistration kill = _cancellation.UnsafeRegister(static running => ((GitProcess)running!).Kill(), process);
        using var output = new FileStream(pipe.Reader, FileAccess.Read, bufferSize: 0);
        var text = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        for (int length; (length = output.Read(piece)) > 0;)
        {
            text.Write(piece, 0, length);
            if (text.Length > MaxListBytes)
            {
                throw WharfException.Invalid($"unable to prepare context: {address.Repository} has more files than {MaxListBytes >> 20} MiB can list");
            }
        }

        Check(process.Wait(), address);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private GitProcess Start(GitAddress address, IReadOnlyList<string> arguments, Pipe output)
    {
        GitProcess process = GitProcess.Start(_git, _repository, arguments, address.Environment, output.Writer);
        output.Writer.Dispose();
        return process;
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "git"))
            .FirstOrDefault(File.Exists)
        ?? throw new WharfException(
            ErrorKind.Unavailable, "unable to prepare context: unable to find 'git': install git on the daemon's machine, or build from a directory");
}
