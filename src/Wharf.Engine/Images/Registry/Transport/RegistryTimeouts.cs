namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>How long a registry may keep us waiting. There is no limit on a whole download: only on silence.</summary>
internal sealed record RegistryTimeouts
{
    /// <summary>To connect to one address.</summary>
    internal TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the request to the end of the response headers.</summary>
    internal TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two bytes of a body.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>From the last byte of an upload to its answer: a registry may have to copy all of it within its storage first.</summary>
    internal TimeSpan Commit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>First pause before a retry; it doubles each time.</summary>
    internal TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest <c>Retry-After</c> that is waited out; a registry that asks for more gets its answer passed on.</summary>
    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);
}
