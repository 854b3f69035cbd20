using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Wharf.Daemon.Streams;

/// <summary>
/// A connection whose bytes a handler can take over. Kestrel ends a request as soon as the client has finished sending; Docker's clients do
/// just that to end a container's stdin and then read on. So for a connection that was taken over, the web server is told neither of that
/// end nor allowed to cut the connection: it closes when the handler is through and all output is sent.
/// </summary>
internal sealed class HijackableConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenRegistration _registration;
    private volatile bool _hijacked;

    internal HijackableConnection(ConnectionContext inner)
    {
        _inner = inner;
        ConnectionClosed = _closed.Token;
        Features.Set(this);
        _registration = inner.ConnectionClosed.UnsafeRegister(static state => ((HijackableConnection)state!).OnClosed(), this);
    }

    public override string ConnectionId { get => _inner.ConnectionId; set => _inner.ConnectionId = value; }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }

    public override IDuplexPipe Transport { get => _inner.Transport; set => _inner.Transport = value; }

    public override EndPoint? LocalEndPoint { get => _inner.LocalEndPoint; set => _inner.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => _inner.RemoteEndPoint; set => _inner.RemoteEndPoint = value; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_hijacked)
        {
            _inner.Abort(abortReason);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync();
        _closed.Dispose();
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>From here on the transport belongs to the caller.</summary>
    internal IDuplexPipe Hijack()
    {
        _hijacked = true;
        return _inner.Transport;
    }

    private void OnClosed()
    {
        if (!_hijacked)
        {
            _closed.Cancel();
        }
    }
}
