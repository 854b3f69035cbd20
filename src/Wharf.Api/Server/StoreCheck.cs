namespace Wharf.Api.Server;

/// <summary>Answer of <c>/wharf/fsck</c>, which Docker does not have.</summary>
public sealed class StoreCheckResponse
{
    public int Images { get; set; }
    public int Layers { get; set; }
    public int Blobs { get; set; }
    public IReadOnlyList<StoreProblem> Problems { get; set; } = [];
}

public sealed class StoreProblem
{
    /// <summary><c>blob sha256:…</c>, <c>layer sha256:…</c>, <c>image sha256:…</c> or a path.</summary>
    public string Subject { get; set; } = "";

    public string Problem { get; set; } = "";
    public bool Repaired { get; set; }
}
