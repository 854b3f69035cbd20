using System.Text.Json.Serialization;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>A seccomp filter as the specification states it, already resolved for this machine and capability set.</summary>
public sealed record Seccomp
{
    public string DefaultAction { get; init; } = "SCMP_ACT_ERRNO";
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public string? ListenerPath { get; init; }
    public string? ListenerMetadata { get; init; }
    public IReadOnlyList<SeccompSyscall>? Syscalls { get; init; }

    /// <summary>The very JSON that this was read from.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Source { get; init; }
}

public sealed record SeccompSyscall
{
    public IReadOnlyList<string> Names { get; init; } = [];
    public string Action { get; init; } = "SCMP_ACT_ALLOW";
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<SeccompArgument>? Args { get; init; }
}

public sealed record SeccompArgument(uint Index, ulong Value, ulong ValueTwo = 0, string Op = "SCMP_CMP_EQ");
