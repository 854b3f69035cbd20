using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Processes;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// Fetches one commit of a repository, and takes its files from git's own archive of it: nothing is checked out, so neither hooks nor filters
/// nor links of a repository do anything here. Submodules are not fetched. git gets no configuration but ours, asks nobody anything, and may
/// speak http, https and its own protocol only.
/// </summary>
internal static class GitFetch
{
    private const int MaxMessageBytes = 4096;

    internal static StoredContext Run(ContextStore store, GitAddress address, CancellationToken cancellationToken)
    {
        string git = Find();
        using ScratchDirectory scratch = store.MakeScratch();
        string repository = Path.Combine(scratch.Path, "repository");
        Call(git, scratch.Path, ["init", "--quiet", "--bare", "--template=", repository], cancellationToken);
        Directory.CreateDirectory(Path.Combine(repository, "info"));

        // What a repository keeps out of its releases may well be what its Dockerfile copies.
        File.WriteAllText(Path.Combine(repository, "info", "attributes"), "* -export-ignore -export-subst\n");
        string commit = Fetch(git, repository, address, cancellationToken);

        string[] below = address.Directory.Length == 0 ? [] : [address.Directory];
        using var pipe = new Pipe();
        using GitProcess archive = GitProcess.Start(git, repository, ["archive", "--format=tar", commit, .. below], pipe.Writer);
        pipe.Writer.Dispose();
        using CancellationTokenRegistration kill = cancellationToken.UnsafeRegister(static running => ((GitProcess)running!).Kill(), archive);
        using var tar = new FileStream(pipe.Reader, FileAccess.Read, bufferSize: 0);
        StoredContext files;
        try
        {
            files = store.Unpack(tar, address.Directory, cancellationToken);
        }
        catch (WharfException)
        {
            // An archive that git could not make is cut off: git's own words are the better ones.
            Check(archive.Wait(), address, cancellationToken);
            throw;
        }

        return files;
    }

    /// <summary>
    /// Only the newest commit where the server lets us. A server without protocol knows no shallow histories, and some give a commit by its name
    /// only to who has asked for everything.
    /// </summary>
    /// <returns>The name of what was fetched.</returns>
    private static string Fetch(string git, string repository, GitAddress address, CancellationToken cancellationToken)
    {
        const string Fetched = "FETCH_HEAD";
        string wanted = address.Ref ?? "HEAD";
        string[] fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        (int code, string message) = TryCall(git, repository, [.. fetch, "--depth=1", "--", address.Repository, wanted], cancellationToken);
        if (code != 0 && message.Contains("shallow", StringComparison.Ordinal))
        {
            (code, message) = TryCall(git, repository, [.. fetch, "--", address.Repository, wanted], cancellationToken);
        }

        if (code != 0 && IsCommit(wanted))
        {
            (code, message) = TryCall(git, repository, [.. fetch, "--", address.Repository, "+refs/*:refs/fetched/*"], cancellationToken);
            Check((code, message), address, cancellationToken);
            return wanted;
        }

        Check((code, message), address, cancellationToken);
        return Fetched;
    }

    private static bool IsCommit(string reference) => reference.Length is >= 7 and <= 64 && reference.All(char.IsAsciiHexDigitLower);

    private static void Check((int Code, string Message) end, GitAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (end.Code != 0)
        {
            throw WharfException.Invalid(
                $"unable to prepare context: unable to fetch {address.Repository}{(address.Ref is null ? "" : "#" + address.Ref)}: {end.Message.Trim()}");
        }
    }

    private static void Call(string git, string directory, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        (int code, string message) = TryCall(git, directory, arguments, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (code != 0)
        {
            throw new WharfException(ErrorKind.Internal, $"git {arguments[0]}: {message.Trim()}");
        }
    }

    private static (int Code, string Message) TryCall(string git, string directory, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using GitProcess process = GitProcess.Start(git, directory, arguments, output: null);
        using CancellationTokenRegistration kill = cancellationToken.UnsafeRegister(static running => ((GitProcess)running!).Kill(), process);
        return process.Wait();
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "git"))
            .FirstOrDefault(File.Exists)
        ?? throw new WharfException(
            ErrorKind.Unavailable, "unable to prepare context: unable to find 'git': install git on the daemon's machine, or build from a directory");

    private sealed class GitProcess : IDisposable
    {
        private static readonly string[] s_passedOn = ["PATH", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];
        private readonly SafeFileHandle _process;
        private readonly SafeFileHandle _messages;
        private bool _reaped;

        private GitProcess(SafeFileHandle process, SafeFileHandle messages)
        {
            _process = process;
            _messages = messages;
        }

        internal static GitProcess Start(string git, string directory, IReadOnlyList<string> arguments, SafeFileHandle? output)
        {
            using var messages = new Pipe();
            SafeFileHandle process = Spawn.StartHeld(
                new SpawnRequest
                {
                    Path = git,
                    Name = "git",
                    Arguments =
                    [
                        "-C", directory, "-c", "core.hooksPath=/dev/null", "-c", "credential.helper=", "-c", "protocol.allow=never",
                        "-c", "protocol.http.allow=always", "-c", "protocol.https.allow=always", "-c", "protocol.git.allow=always",
                        "-c", "http.followRedirects=initial", "-c", "transfer.fsckObjects=true", "-c", "gc.auto=0", .. arguments,
                    ],
                    Environment =
                    [
                        "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=/bin/false", "GIT_PROTOCOL_FROM_USER=0",
                        "GIT_ATTR_NOSYSTEM=1", "GIT_LITERAL_PATHSPECS=1", "HOME=/nonexistent", "LC_ALL=C",
                        .. s_passedOn.Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
                            .Where(variable => !string.IsNullOrEmpty(variable.value))
                            .Select(variable => $"{variable.name}={variable.value}"),
                    ],
                    Descriptors = [null, output, messages.Writer],
                    NewSession = true,
                },
                out _);
            return new GitProcess(process, Descriptor.Duplicate(messages.Reader));
        }

        internal void Kill() => PidFd.Kill(_process);

        /// <returns>The exit code, and what it said last.</returns>
        internal (int Code, string Message) Wait()
        {
            var said = new byte[MaxMessageBytes];
            int length = 0;
            byte[] piece = new byte[MaxMessageBytes];
            for (int count; (count = Descriptor.Read(_messages, piece)) > 0;)
            {
                int kept = Math.Min(count, said.Length - length);
                piece.AsSpan(0, kept).CopyTo(said.AsSpan(length));
                length += kept;
            }

            int code = PidFd.Wait(_process, block: true)!.Value.Code;
            _reaped = true;
            return (code, Encoding.UTF8.GetString(said, 0, length));
        }

        public void Dispose()
        {
            if (!_reaped)
            {
                Kill();
                PidFd.Wait(_process, block: true);
            }

            _process.Dispose();
            _messages.Dispose();
        }
    }
}
