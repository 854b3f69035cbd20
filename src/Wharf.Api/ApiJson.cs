using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wharf.Api.Builds;
using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Events;
using Wharf.Api.Exec;
using Wharf.Api.Images;
using Wharf.Api.Networks;
using Wharf.Api.Server;
using Wharf.Api.Volumes;

namespace Wharf.Api;

/// <summary>
/// Engine API documents as bytes. A property's name in code is its name on the wire unless it says otherwise. Null is left out; where Docker
/// writes null, the property says <c>JsonIgnoreCondition.Never</c>. Names are read without regard to case, as Go does.
/// The wire types are plain classes with setters because the generated reader fills those in place, whereas it would collect init-only
/// properties into an object array first: reading is on the path of every command.
/// </summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNameCaseInsensitive = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(IdResponse))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(DiskUsage))]
[JsonSerializable(typeof(BuildPruneResponse))]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(BuildSessionRequest))]
[JsonSerializable(typeof(BuildEventMessage))]
[JsonSerializable(typeof(BuildResultMessage))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(List<Ulimit>))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(ContainerCreateRequest))]
[JsonSerializable(typeof(ContainerCreateResponse))]
[JsonSerializable(typeof(ContainerInspect))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(ContainerWaitResponse))]
[JsonSerializable(typeof(ContainerTopResponse))]
[JsonSerializable(typeof(ContainerUpdateRequest))]
[JsonSerializable(typeof(ContainerUpdateResponse))]
[JsonSerializable(typeof(ContainerPruneResponse))]
[JsonSerializable(typeof(List<FilesystemChange>))]
[JsonSerializable(typeof(PathStat))]
[JsonSerializable(typeof(ContainerStats))]
[JsonSerializable(typeof(ExecCreateRequest))]
[JsonSerializable(typeof(ExecStartRequest))]
[JsonSerializable(typeof(ExecInspect))]
[JsonSerializable(typeof(ImageInspect))]
[JsonSerializable(typeof(List<ImageSummary>))]
[JsonSerializable(typeof(List<ImageHistoryItem>))]
[JsonSerializable(typeof(List<ImageDeleteItem>))]
[JsonSerializable(typeof(ImagePruneResponse))]
[JsonSerializable(typeof(List<ImageSearchItem>))]
[JsonSerializable(typeof(DistributionInspect))]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(List<Network>))]
[JsonSerializable(typeof(NetworkCreateRequest))]
[JsonSerializable(typeof(NetworkCreateResponse))]
[JsonSerializable(typeof(NetworkConnectRequest))]
[JsonSerializable(typeof(NetworkDisconnectRequest))]
[JsonSerializable(typeof(NetworkPruneResponse))]
[JsonSerializable(typeof(ContainerSummary))]
[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(VolumeListResponse))]
[JsonSerializable(typeof(VolumeCreateRequest))]
[JsonSerializable(typeof(VolumePruneResponse))]
[JsonSerializable(typeof(AuthConfig))]
[JsonSerializable(typeof(AuthResponse))]
[JsonSerializable(typeof(SystemVersion))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(StoreCheckResponse))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Docker's encoder leaves <c>&lt; &gt; &amp; +</c> and every letter as they are, and so must we: clients compare text.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // The encoder is the writer's, not the options': the generated fast path is only taken with options as generated.

    /// <summary>Appends <paramref name="value"/> to <paramref name="output"/> as UTF-8.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T value, JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        JsonSerializer.Serialize(writer, value, type);
    }

    public static byte[] ToBytes<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, value, type);
        return buffer.WrittenSpan.ToArray();
    }
}
