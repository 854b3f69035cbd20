namespace Wharf.Api.Common;

/// <summary>An object was made: its id (<c>POST /containers/{id}/exec</c>, <c>POST /commit</c>).</summary>
public sealed class IdResponse
{
    public string Id { get; set; } = "";
}
