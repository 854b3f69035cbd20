using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Wharf.Api.Client;

/// <summary>
/// Client of one engine. Blocking, and safe to use from several threads; each request in flight has its own connection, and a connection
/// whose answer was read to its end is used again. A cancelled token closes the connection it waits on.
/// </summary>
/// <param name="apiVersion"><c>1.55</c> and the like, put in front of each path; null lets the engine take its newest.</param>
public sealed class DockerClient(DockerEndpoint endpoint, string? apiVersion = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<HttpConnection> _idle = new();
    private readonly Lock _remedyGate = new();
    private bool _remedied;
    private bool _disposed;

    /// <summary>
    /// Called once, when no engine answers; then the connection is tried again. This is how a client starts an engine on demand without asking
    /// before each request.
    /// </summary>
    public Action? WhenUnreachable { get; init; }

    public DockerEndpoint Endpoint => endpoint;

    public string? ApiVersion => apiVersion;

    /// <summary>Sends a request and reads a JSON answer.</summary>
    /// <exception cref="DockerApiException">The engine refused.</exception>
    /// <exception cref="DockerUnreachableException">No engine answers.</exception>
    public T Send<T>(ApiRequest request, JsonTypeInfo<T> answer, CancellationToken cancellationToken = default)
    {
        using ApiResponse response = Open(request, cancellationToken);
        return response.Read(answer);
    }

    /// <summary>Sends a request whose answer has no body of interest; returns its status (204, 304, …).</summary>
    public HttpStatusCode Send(ApiRequest request, CancellationToken cancellationToken = default)
    {
        using ApiResponse response = Open(request, cancellationToken);
        response.Body.CopyTo(Stream.Null);
        return response.Status;
    }

    /// <summary>Sends a request and returns once the head of the answer is there. The caller reads the body and disposes.</summary>
    public ApiResponse Open(ApiRequest request, CancellationToken cancellationToken = default)
    {
        (HttpConnection connection, ResponseHead head) = Exchange(request, upgrade: false, cancellationToken);
        bool hasBody = request.Method != "HEAD" && head.Status is not (204 or 304);
        var response = new ApiResponse(head, new BodyStream(connection, head, hasBody, GiveBack));
        return head.Status < 400 ? response : throw Refusal(response);
    }

    /// <summary>Sends a request that turns its connection into a raw stream (attach, exec start).</summary>
    public HijackedStream Hijack(ApiRequest request, CancellationToken cancellationToken = default)
    {
        (HttpConnection connection, ResponseHead head) = Exchange(request, upgrade: true, cancellationToken);
        return head.Status is 101 or 200
            ? new HijackedStream(connection, head)
            : throw Refusal(new ApiResponse(head, new BodyStream(connection, head, hasBody: true, GiveBack)));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out HttpConnection? connection))
            {
                connection.Dispose();
            }
        }
    }

    private (HttpConnection Connection, ResponseHead Head) Exchange(ApiRequest request, bool upgrade, CancellationToken cancellationToken)
    {
        string target = apiVersion is null ? request.Path : $"/v{apiVersion}{request.Path}";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HttpConnection connection = Take();
            using CancellationTokenRegistration cut = cancellationToken.UnsafeRegister(static state => ((HttpConnection)state!).Dispose(), connection);
            try
            {
                connection.Send(request, target, endpoint.HostHeader, upgrade);
                return (connection, connection.ReceiveHead());
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("the request was cancelled", e, cancellationToken);
            }
            catch (IOException) when (connection.Reused && !connection.Answered && request.StreamedBody is null)
            {
                // The engine closed the idle connection meanwhile; the request has not been seen, so a fresh connection may carry it.
                connection.Dispose();
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    private HttpConnection Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out HttpConnection? connection))
            {
                connection.Reused = true;
                return connection;
            }
        }

        return new HttpConnection(Connect());
    }

    private Stream Connect()
    {
        try
        {
            return endpoint.Connect();
        }
        catch (DockerUnreachableException) when (WhenUnreachable is not null)
        {
            // Whoever comes second waits for the first one's attempt, and then tries again as the first one does.
            lock (_remedyGate)
            {
                if (!_remedied)
                {
                    _remedied = true;
                    WhenUnreachable();
                }
            }

            return endpoint.Connect();
        }
    }

    private void GiveBack(HttpConnection connection)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    private static DockerApiException Refusal(ApiResponse response)
    {
        using (response)
        {
            using var body = new MemoryStream();
            response.Body.CopyTo(body);
            string text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length).Trim();
            try
            {
                text = JsonSerializer.Deserialize(text, ApiJson.Default.ErrorResponse)?.Message ?? text;
            }
            catch (JsonException)
            {
                // A proxy, or something that is no engine: its own words are the best there is.
            }

            return new DockerApiException(response.Status, text.Length > 0 ? text : $"the engine answered {(int)response.Status} {response.Status}");
        }
    }
}
