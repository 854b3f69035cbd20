using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Wharf.Daemon.Versions;
using Wharf.Engine.Containers;

namespace Wharf.Daemon.Streams;

/// <summary>
/// Turns a request's connection into a raw stream, as Docker's attach and exec do. A client that asks for an upgrade gets
/// <c>101 UPGRADED</c>; an old one that does not gets <c>200 OK</c> and raw bytes all the same. Everything that can be refused must have
/// been: after the head there is no status any more.
/// </summary>
internal static class Hijack
{
    internal const string RawStream = "application/vnd.docker.raw-stream";
    internal const string MultiplexedStream = "application/vnd.docker.multiplexed-stream";

    /// <summary>Since this version the media type tells a client whether output comes in frames.</summary>
    private static readonly ApiVersion MultiplexedSince = new(1, 42);

    internal static string MediaType(HttpContext context, bool tty) =>
        !tty && VersionNegotiation.Of(context) >= MultiplexedSince ? MultiplexedStream : RawStream;

    /// <summary>Hands the connection to <paramref name="session"/> and closes it when that ends.</summary>
    internal static async Task RunAsync(HttpContext context, IStreamSession session)
    {
        // The connection will not see another request, whatever happens from here on; a client gone is not the session's cancellation,
        // because half a connection is a perfectly good one.
        CancellationToken stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        IDuplexPipe transport = context.Features.GetRequiredFeature<HijackableConnection>().Hijack();
        bool upgraded = context.Request.Headers.Upgrade.Count > 0;
        string head = upgraded
            ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {MediaType(context, session.Tty)}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Type: {MediaType(context, session.Tty)}\r\n";
        await transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{head}Api-Version: {ApiVersion.Newest}\r\n\r\n"), stopping);
        try
        {
            await session.RunAsync(new HijackedStream(transport), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The daemon stops; the container and its monitor do not.
        }
        finally
        {
            // The end of the output closes the connection, also to a client that has not finished sending; and Kestrel must not write a
            // response of its own after ours.
            await transport.Output.CompleteAsync();
            context.Abort();
        }
    }
}
