using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Configuration;

namespace Wharf.Cli.Connection;

/// <summary>Finds the daemon: flag or context, then environment, then the default socket, where one is started if none answers.</summary>
internal static class EngineConnection
{
    /// <param name="announce">Where to say that a daemon was started; null if none may be.</param>
    internal static DockerClient Open(GlobalOptions globals, TextWriter? announce)
    {
        if (globals.ContextName.Length > 0 && globals.HostIsGiven)
        {
            throw new CommandFailure("conflicting options: cannot specify both --host and --context");
        }

        string? host = globals.ContextName.Length > 0
            ? HostOf(globals.ContextName, globals.ConfigDirectory)
            : globals.RequestedHost;
        var endpoint = DockerEndpoint.Parse(host ?? GlobalOptions.DefaultHost, globals.Tls);
        return new DockerClient(endpoint, Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } pinned ? pinned : null)
        {
            WhenUnreachable = host is null && announce is not null ? () => DaemonStarter.TryStart(endpoint, announce) : null,
        };
    }

    private static string? HostOf(string context, string configDirectory) =>
        context == "default" ? null : DockerContext.HostOf(context, configDirectory) ?? throw new CommandFailure($"context \"{context}\": context not found");
}
