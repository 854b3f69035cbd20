namespace Wharf.Engine.Events;

/// <summary>Something happened to an object; Docker's event vocabulary (<c>container</c>/<c>start</c>, …).</summary>
/// <param name="Type">container, image, network, volume or daemon.</param>
/// <param name="Action">create, start, die, …, in Docker's words.</param>
/// <param name="Id">The object's id.</param>
/// <param name="Attributes">Name, image, labels, exit code and whatever else Docker puts there.</param>
public sealed record EngineEvent(
    string Type,
    string Action,
    string Id,
    IReadOnlyDictionary<string, string> Attributes,
    DateTimeOffset Time);
