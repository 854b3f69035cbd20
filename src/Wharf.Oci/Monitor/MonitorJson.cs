using System.Text.Json.Serialization;

namespace Wharf.Oci.Monitor;

/// <summary>Monitor messages as bytes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    MaxDepth = 32)]
[JsonSerializable(typeof(MonitorMessage))]
[JsonSerializable(typeof(Exited))]
public sealed partial class MonitorJson : JsonSerializerContext;
