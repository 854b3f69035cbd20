using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wharf.Engine.Store;

namespace Wharf.Engine.Networks;

/// <summary>Networks in the database: a name that is unique, and a document.</summary>
internal sealed class NetworkRows(Database database)
{
    internal List<Network> Load() => database.Query(
        "SELECT document FROM networks", row => ToNetwork(JsonSerializer.Deserialize(row.GetString(0), NetworkJson.Default.NetworkDocument)!));

    internal void Save(Network network) => database.Execute(
        "INSERT INTO networks (id, name, document) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        network.Id,
        network.Name,
        JsonSerializer.Serialize(ToDocument(network), NetworkJson.Default.NetworkDocument));

    internal void Delete(Network network) => database.Execute("DELETE FROM networks WHERE id = $1", network.Id);

    private static NetworkDocument ToDocument(Network network) => new()
    {
        Id = network.Id,
        Name = network.Name,
        Driver = network.Driver,
        Created = network.Created,
        Internal = network.Internal,
        Attachable = network.Attachable,
        IpamOptions = network.IpamOptions,
        Options = network.Options,
        Labels = network.Labels,
        Subnets =
        [
            .. network.Subnets.Select(subnet => new SubnetDocument
            {
                Range = subnet.Range.ToString(),
                Gateway = subnet.Gateway.ToString(),
                AddressRange = subnet.AddressRange?.ToString(),
                Reserved = subnet.Reserved.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
                ByUser = subnet.ByUser,
            }),
        ],
    };

    private static Network ToNetwork(NetworkDocument document) => new()
    {
        Id = document.Id,
        Name = document.Name,
        Driver = document.Driver,
        Created = document.Created,
        Internal = document.Internal,
        Attachable = document.Attachable,
        IpamOptions = document.IpamOptions,
        Options = document.Options,
        Labels = document.Labels,
        Subnets =
        [
            .. document.Subnets.Select(subnet => new Subnet(
                IPNetwork.Parse(subnet.Range),
                IPAddress.Parse(subnet.Gateway),
                subnet.AddressRange is null ? null : IPNetwork.Parse(subnet.AddressRange),
                subnet.Reserved.ToDictionary(pair => pair.Key, pair => IPAddress.Parse(pair.Value)),
                subnet.ByUser)),
        ],
    };
}

/// <summary>A network as it is stored.</summary>
internal sealed record NetworkDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required DateTimeOffset Created { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public IReadOnlyList<SubnetDocument> Subnets { get; init; } = [];
    public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

internal sealed record SubnetDocument
{
    public required string Range { get; init; }
    public required string Gateway { get; init; }
    public string? AddressRange { get; init; }
    public IReadOnlyDictionary<string, string> Reserved { get; init; } = new Dictionary<string, string>();
    public bool ByUser { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NetworkDocument))]
internal sealed partial class NetworkJson : JsonSerializerContext;
