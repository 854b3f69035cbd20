using System.Globalization;
using Wharf.Oci.Json;

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

    internal byte[] Encode() => JsonDocuments.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteNumber("pid"u8, Pid);
        json.WriteNumber("startTime"u8, StartTime);
        json.WriteString("bundle"u8, Bundle);
        json.WriteString("cgroupPath"u8, CgroupPath);
        json.WriteBoolean("hasUserNamespace"u8, HasUserNamespace);
        json.WriteString("created"u8, Created);
        json.WriteEndObject();
    });

    internal static ContainerRecord Decode(ReadOnlyMemory<byte> document) => JsonMembers.Parse(document, static record => new ContainerRecord
    {
        Id = record.Text("id"u8)!,
        Pid = record.Int32("pid"u8) ?? 0,
        StartTime = record.UInt64("startTime"u8) ?? 0,
        Bundle = record.Text("bundle"u8)!,
        CgroupPath = record.Text("cgroupPath"u8)!,
        HasUserNamespace = record.Boolean("hasUserNamespace"u8) ?? false,
        Created = DateTimeOffset.Parse(record.Text("created"u8)!, CultureInfo.InvariantCulture),
    });
}
