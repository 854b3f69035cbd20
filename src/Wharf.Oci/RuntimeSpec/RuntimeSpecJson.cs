using System.Text.Json.Serialization;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>The only way these documents are read and written: names as the specification spells them, nothing by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 32)]
[JsonSerializable(typeof(Spec))]
[JsonSerializable(typeof(Process))]
[JsonSerializable(typeof(State))]
[JsonSerializable(typeof(Seccomp))]
public sealed partial class RuntimeSpecJson : JsonSerializerContext;
