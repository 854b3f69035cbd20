using System.Text.Json;
using Wharf.Engine.Store;

namespace Wharf.Engine.Containers.Registry;

/// <summary>The containers table.</summary>
internal sealed class ContainerRows(Database database, EngineOptions options)
{
    internal void Insert(ContainerSnapshot container) => database.Execute(
        "INSERT INTO containers (id, name, document, state) VALUES ($1, $2, $3, $4)",
        container.Id, container.Name, Document(container), State(container));

    internal void SaveState(ContainerSnapshot container) => database.Execute(
        "UPDATE containers SET state = $2, restart_count = $3 WHERE id = $1", container.Id, State(container), container.RestartCount);

    internal void SaveDocument(ContainerSnapshot container) =>
        database.Execute("UPDATE containers SET document = $2 WHERE id = $1", container.Id, Document(container));

    internal void SaveName(ContainerSnapshot container) =>
        database.Execute("UPDATE containers SET name = $2 WHERE id = $1", container.Id, container.Name);

    internal void Delete(string id) => database.Execute("DELETE FROM containers WHERE id = $1", id);

    internal List<ContainerSnapshot> Load() => database.Query("SELECT id, name, document, state, restart_count FROM containers", row =>
    {
        string id = row.GetString(0);
        ContainerDocument document = JsonSerializer.Deserialize(row.GetString(2), ContainerJson.Default.ContainerDocument)!;
        return new ContainerSnapshot
        {
            Id = id,
            Name = row.GetString(1),
            Created = document.Created,
            ImageId = document.ImageId,
            Platform = document.Platform,
            Config = document.Config,
            HostConfig = document.HostConfig,
            Endpoints = document.Endpoints,
            Mounts = document.Mounts,
            State = JsonSerializer.Deserialize(row.GetString(3), ContainerJson.Default.ContainerState)!,
            RestartCount = row.GetInt32(4),
            Paths = ContainerPaths.Of(options, id),
        };
    });

    private static string State(ContainerSnapshot container) =>
        JsonSerializer.Serialize(container.State, ContainerJson.Default.ContainerState);

    private static string Document(ContainerSnapshot container) => JsonSerializer.Serialize(
        new ContainerDocument
        {
            Created = container.Created,
            ImageId = container.ImageId,
            Platform = container.Platform,
            Config = container.Config,
            HostConfig = container.HostConfig,
            Endpoints = container.Endpoints,
            Mounts = container.Mounts,
        },
        ContainerJson.Default.ContainerDocument);
}
