namespace Wharf.Engine.Execution;

/// <summary>Copies bytes between a client and a monitor's connection: what containers need for attach and exec.</summary>
public interface IStreamRelay
{
    /// <summary>
    /// Runs until the monitor has sent all there is, the client has gone, or it has typed its detach keys. The client's half-close becomes a
    /// half-close towards the monitor.
    /// </summary>
    /// <param name="detachKeys"><c>ctrl-p,ctrl-q</c> when null; scanned for only with a terminal.</param>
    Task<RelayEnd> RunAsync(Stream client, Stream monitor, bool tty, string? detachKeys, CancellationToken cancellationToken);
}

/// <summary>Why a relay ended.</summary>
public enum RelayEnd
{
    ProcessEnded,
    ClientGone,
    Detached,
}
