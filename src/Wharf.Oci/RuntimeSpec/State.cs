namespace Wharf.Oci.RuntimeSpec;

/// <summary>What <c>state</c> prints and hooks receive on stdin (runtime.md, "State").</summary>
public sealed record State
{
    public string OciVersion { get; init; } = "1.3.0";
    public string Id { get; init; } = "";

    /// <summary>creating, created, running or stopped.</summary>
    public string Status { get; init; } = "";

    public int? Pid { get; init; }
    public string Bundle { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
