using System.Runtime.InteropServices;
using Wharf.Api.Client;

namespace Wharf.Cli.Attachment;

/// <summary>Hands signals that come to this program on to the container (<c>--sig-proxy</c>).</summary>
internal sealed class SignalProxy : IDisposable
{
    // Numbers as on every architecture .NET runs on. SIGKILL and SIGSTOP cannot be caught; SIGCHLD, SIGPIPE, SIGURG and SIGWINCH are about us.
    private static readonly (int Number, string Name)[] s_signals =
        [(1, "HUP"), (2, "INT"), (3, "QUIT"), (10, "USR1"), (12, "USR2"), (14, "ALRM"), (15, "TERM"), (18, "CONT")];

    private readonly PosixSignalRegistration[] _registrations;

    internal SignalProxy(DockerClient engine, string container) =>
        _registrations = [.. s_signals.Select(signal => PosixSignalRegistration.Create((PosixSignal)signal.Number, context =>
        {
            context.Cancel = true;
            Forward(engine, container, signal.Name);
        }))];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private static void Forward(DockerClient engine, string container, string signal)
    {
        try
        {
            engine.Send(ApiRequest.Post(new QueryString($"/containers/{container}/kill").Add("signal", signal)));
        }
        catch (Exception e) when (e is DockerApiException or IOException or ObjectDisposedException)
        {
            // It ended, or has not begun: then there is nothing to signal.
        }
    }
}
