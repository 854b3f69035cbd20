namespace Wharf.Engine.Images.Check;

/// <summary>How thoroughly the store is looked at.</summary>
public sealed record StoreCheckRequest
{
    /// <summary>Hash the files of every layer too, not only blobs.</summary>
    public bool Deep { get; init; }

    /// <summary>Remove what nothing needs and forget what is broken.</summary>
    public bool Repair { get; init; }

    /// <summary>Ids of the containers that there are.</summary>
    public IReadOnlySet<string> Containers { get; init; } = new HashSet<string>();
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Subject">What is concerned: <c>blob sha256:…</c>, <c>layer sha256:…</c>, <c>image sha256:…</c>, a path.</param>
/// <param name="Problem">What is wrong with it, as the end of a sentence that begins with it.</param>
/// <param name="IsRepaired">Whether it is in order now.</param>
public sealed record StoreFinding(string Subject, string Problem, bool IsRepaired);

/// <summary>What a check looked at and found.</summary>
public sealed record StoreReport(int Images, int Layers, int Blobs, IReadOnlyList<StoreFinding> Findings);
