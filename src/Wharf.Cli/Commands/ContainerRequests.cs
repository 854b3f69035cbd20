using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Commands;

/// <summary>Requests about one container that several commands make.</summary>
internal static class ContainerRequests
{
    internal static ApiRequest Attach(string container, bool stdin, bool stdout, bool stderr, string? detachKeys) =>
        ApiRequest.Post(new QueryString($"/containers/{Escape(container)}/attach")
            .Add("stream", true).Add("stdin", stdin).Add("stdout", stdout).Add("stderr", stderr).Add("detachKeys", detachKeys));

    internal static ApiRequest Start(string container) => ApiRequest.Post($"/containers/{Escape(container)}/start");

    internal static ApiRequest Wait(string container, string? condition = null) =>
        ApiRequest.Post(new QueryString($"/containers/{Escape(container)}/wait").Add("condition", condition));

    internal static ContainerInspect Inspect(this DockerClient engine, string container) =>
        engine.Send(ApiRequest.Get($"/containers/{Escape(container)}/json"), ApiJson.Default.ContainerInspect);

    /// <summary>Resizing races with the end of the program, which is no failure.</summary>
    internal static void Resize(this DockerClient engine, string path, TerminalSize size)
    {
        try
        {
            engine.Send(ApiRequest.Post(new QueryString($"{path}/resize").Add("h", size.Rows).Add("w", size.Columns)));
        }
        catch (DockerApiException)
        {
        }
    }

    /// <summary>Reads the answer to <see cref="Wait"/>: blocks until the container has ended.</summary>
    internal static int ReadExitCode(ApiResponse waiting)
    {
        ContainerWaitResponse answer = waiting.Read(ApiJson.Default.ContainerWaitResponse);
        return string.IsNullOrEmpty(answer.Error?.Message)
            ? (int)answer.StatusCode
            : throw new CommandFailure($"Error waiting for container: {answer.Error.Message}", ExitCodes.DaemonOrUsage);
    }

    /// <summary>The daemon's refusal to start a program, with the exit code that tells why.</summary>
    internal static CommandFailure StartFailure(DockerApiException refusal)
    {
        string text = refusal.Message;
        bool Says(string words) => text.Contains(words, StringComparison.Ordinal);
        int code = Says("executable file not found") || Says("no such file or directory") || Says("system cannot find the file specified")
            ? ExitCodes.CommandNotFound
            : Says("permission denied") || Says("is a directory") || Says("exec format error")
                ? ExitCodes.CannotExecute
                : ExitCodes.DaemonOrUsage;
        return new CommandFailure($"Error response from daemon: {text}", code);
    }

    internal static string Escape(string name) => Uri.EscapeDataString(name);
}
