using System.Text.Json.Serialization;

namespace Wharf.Oci.RuntimeSpec;

/// <summary>How these documents are written: names as the specification spells them, nothing by reflection. Reading is <see cref="SpecReader"/>'s.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 32)]
[JsonSerializable(typeof(Spec))]
[JsonSerializable(typeof(Process))]
[JsonSerializable(typeof(State))]
public sealed partial class RuntimeSpecJson : JsonSerializerContext;
