namespace Wharf.Engine.Logs;

/// <summary>What <c>GET /containers/{id}/logs</c> asks for.</summary>
public sealed record LogRequest
{
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
    public bool Follow { get; init; }
    public bool Timestamps { get; init; }

    /// <summary>Prefix each line with the container's log attributes.</summary>
    public bool Details { get; init; }

    /// <summary>Only so many lines from the end; null for all.</summary>
    public int? Tail { get; init; }

    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
}
