using System.Net;

namespace Wharf.Api.Client;

/// <summary>The engine answered with an error; the message is its own.</summary>
public sealed class DockerApiException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>No engine answered. The text is what Docker's users know; <see cref="Exception.InnerException"/> says why.</summary>
public sealed class DockerUnreachableException(DockerEndpoint endpoint, Exception cause)
    : IOException($"Cannot connect to the Docker daemon at {endpoint.Text}. Is the docker daemon running?", cause)
{
    public DockerEndpoint Endpoint { get; } = endpoint;
}
