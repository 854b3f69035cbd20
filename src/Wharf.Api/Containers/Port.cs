namespace Wharf.Api.Containers;

/// <summary>Where a container's port is published on the host. Both empty: any address, any free port.</summary>
public sealed class PortBinding
{
    public string? HostIp { get; set; } = "";
    public string? HostPort { get; set; } = "";
}

/// <summary>One line of the ports column of <c>ps</c>.</summary>
public sealed class PortSummary
{
    public string? IP { get; set; }
    public ushort PrivatePort { get; set; }
    public ushort? PublicPort { get; set; }
    public string Type { get; set; } = "";
}
