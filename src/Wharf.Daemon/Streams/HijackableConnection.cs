using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Wharf.Daemon.Streams;

/// <summary>
/// A connection whose bytes a handler can take over. Kestrel cuts a connection as soon as the client has finished sending; but a client
/// that has may well go on reading, and Docker's do just that to end a container's stdin. So Kestrel is not told. A handler is, through
/// <see cref="ClientGone"/>, unless it has taken the connection over: it then reads the end itself. Nor may Kestrel cut a connection that was
/// taken over: it closes when the handler is through and all output is sent.
/// </summary>
internal sealed class HijackableConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenRegistration _registration;
    private volatile bool _hijacked;

    internal HijackableConnection(ConnectionContext inner)
    {
        _inner = inner;
        ClientGone = _gone.Token;
        Features.Set(this);
        _registration = inner.ConnectionClosed.UnsafeRegister(static state => ((HijackableConnection)state!)._gone.Cancel(), this);
    }

    /// <summary>The client sends no more: for anything but a raw stream that means that nobody waits for the answer.</summary>
    internal CancellationToken ClientGone { get; }

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
        _gone.Dispose();
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>From here on the transport belongs to the caller.</summary>
    internal IDuplexPipe Hijack()
    {
        _hijacked = true;
        return _inner.Transport;
    }
}
