using System.Text.Json.Serialization;

namespace Wharf.Engine.Containers.Security;

/// <summary>
/// A seccomp profile as Docker writes it: OCI's filter, plus rules that hold only for some capabilities, architectures or kernels.
/// <see cref="SeccompResolver"/> turns it into the plain filter of one container.
/// </summary>
internal sealed record SeccompProfile
{
    public string DefaultAction { get; init; } = "";
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public IReadOnlyList<SeccompArchitecture>? ArchMap { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public string? ListenerPath { get; init; }
    public string? ListenerMetadata { get; init; }
    public IReadOnlyList<SeccompRule>? Syscalls { get; init; }
}

internal sealed record SeccompArchitecture(string Architecture, IReadOnlyList<string>? SubArchitectures);

internal sealed record SeccompRule
{
    /// <summary>The form of old profiles: one call for each rule.</summary>
    public string? Name { get; init; }

    public IReadOnlyList<string>? Names { get; init; }
    public string Action { get; init; } = "";
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<SeccompRuleArgument>? Args { get; init; }
    public SeccompCondition? Includes { get; init; }
    public SeccompCondition? Excludes { get; init; }
}

internal sealed record SeccompRuleArgument
{
    public uint Index { get; init; }
    public ulong Value { get; init; }
    public ulong ValueTwo { get; init; }
    public string Op { get; init; } = "";
}

internal sealed record SeccompCondition
{
    public IReadOnlyList<string>? Caps { get; init; }
    public IReadOnlyList<string>? Arches { get; init; }
    public string? MinKernel { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16)]
[JsonSerializable(typeof(SeccompProfile))]
internal sealed partial class SeccompProfileJson : JsonSerializerContext;
