using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Configuration;

namespace Wharf.Cli.Connection;

/// <summary>Finds the daemon: flag or context, then environment, then the default socket, where one is started if none answers.</summary>
internal static class EngineConnection
{
    internal static DockerClient Open(GlobalOptions globals, TextWriter error)
    {
        if (globals.ContextName.Length > 0 && globals.HostIsGiven)
        {
            throw new CommandFailure("conflicting options: cannot specify both --host and --context");
        }

        string? host = globals.ContextName.Length > 0
            ? HostOf(globals.ContextName, globals.ConfigDirectory)
            : globals.RequestedHost;
        var endpoint = DockerEndpoint.Parse(host ?? GlobalOptions.DefaultHost, globals.Tls);
        return new DockerClient(endpoint)
        {
            WhenUnreachable = host is null ? () => DaemonStarter.TryStart(endpoint, error) : null,
        };
    }

    private static string? HostOf(string context, string configDirectory) =>
        context == "default" ? null : DockerContext.HostOf(context, configDirectory) ?? throw new CommandFailure($"context \"{context}\": context not found");
}
