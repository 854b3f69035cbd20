using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Fds;
using Wharf.Linux.Processes;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// One git that runs: without configuration but ours, without anybody to ask, and with no protocol but http, https and its own.
/// </summary>
internal sealed class GitProcess : IDisposable
{
    private static readonly string[] s_passedOn = ["PATH", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];
    private const int MaxMessageBytes = 4096;
    private readonly SafeFileHandle _process;
    private readonly SafeFileHandle _messages;
    private bool _reaped;

    private GitProcess(SafeFileHandle process, SafeFileHandle messages)
    {
        _process = process;
        _messages = messages;
    }

    /// <param name="environment">Beside what every git gets.</param>
    /// <param name="output">Null for none.</param>
    internal static GitProcess Start(
        string git, string directory, IReadOnlyList<string> arguments, IEnumerable<string> environment, SafeFileHandle? output)
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
                    .. environment,
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
