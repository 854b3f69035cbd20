using Wharf.Engine.Images.Registry.Transport;

namespace Wharf.Engine.Images.Registry;

/// <summary>The body of a blob request. Silence and broken connections come out as <see cref="RegistryTransportException"/>.</summary>
internal sealed class BlobStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _content;
    private readonly TimeSpan _stall;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _silence;

    internal BlobStream(HttpResponseMessage response, Stream content, long offset, TimeSpan stall, CancellationToken cancellationToken)
    {
        _response = response;
        _content = content;
        _stall = stall;
        _cancellationToken = cancellationToken;
        _silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Offset = offset;
    }

    /// <summary>Position in the blob of the first byte that comes: 0 when the registry ignored the range.</summary>
    internal long Offset { get; }

    /// <summary>Bytes that are announced to come, when announced.</summary>
    internal long? Length => _response.Content.Headers.ContentLength;

    /// <summary>Reads what is there, at least one byte; 0 at the end. Time counts only while reading: a slow disk is no silence.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _silence.CancelAfter(_stall);
        try
        {
            return await _content.ReadAsync(buffer, _silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!_cancellationToken.IsCancellationRequested)
        {
            throw Broken($"no data for {_stall.TotalSeconds:0.#} seconds", late);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            throw Broken("unexpected EOF", cut);
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _content.Dispose();
        _response.Dispose();
        _silence.Dispose();
    }

    /// <summary>The failure of a body that ended before its announced length.</summary>
    internal RegistryTransportException EndedEarly() => Broken("unexpected EOF", null);

    private RegistryTransportException Broken(string reason, Exception? cause) =>
        new(HttpMethod.Get, _response.RequestMessage!.RequestUri!, reason, cause);
}
