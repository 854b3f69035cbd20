namespace Wharf.Runtime.Records;

/// <summary>What is kept of a container between two commands. Whether it lives is not in it: the kernel is asked.</summary>
internal sealed record ContainerRecord
{
    public required string Id { get; init; }

    public required int Pid { get; init; }

    /// <summary>Field 22 of /proc/PID/stat, so that a reused pid is not taken for the container.</summary>
    public required ulong StartTime { get; init; }

    public required string Bundle { get; init; }

    public required string CgroupPath { get; init; }

    public bool HasUserNamespace { get; init; }

    public required DateTimeOffset Created { get; init; }
}
