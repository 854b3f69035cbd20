using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Events;
using Wharf.Api.Networks;

namespace Wharf.Daemon.Versions;

/// <summary>What API 1.52 took away, given back to clients that speak an older one.</summary>
internal static class V1_52
{
    private static readonly ApiVersion Version = new(1, 52);

    /// <summary>Events repeated type-specific fields beside the actor.</summary>
    internal static void Downgrade(ApiVersion client, EventMessage message)
    {
        if (client < Version && message.Type is "container" or "image")
        {
            message.LegacyStatus = message.Action;
            message.LegacyId = message.Actor.ID;
            message.LegacyFrom = message.Actor.Attributes.GetValueOrDefault("image");
        }
    }

    /// <summary>Disk usage was flat lists, and nothing else.</summary>
    internal static void Downgrade(ApiVersion client, DiskUsage usage, bool isVerbose)
    {
        if (client < Version)
        {
            (usage.ImageUsage, usage.ContainerUsage, usage.VolumeUsage, usage.BuildCacheUsage) = (null, null, null, null);
        }
        else if (!isVerbose)
        {
            usage.ImageUsage?.Items = null;
            usage.ContainerUsage?.Items = null;
            usage.VolumeUsage?.Items = null;
            usage.BuildCacheUsage?.Items = null;
        }
    }

    /// <summary>Inspect repeated the default network's addresses beside the networks.</summary>
    internal static void Downgrade(ApiVersion client, ContainerInspect container)
    {
        if (client >= Version)
        {
            return;
        }

        NetworkSettings settings = container.NetworkSettings;
        EndpointSettings endpoint = settings.Networks.GetValueOrDefault("bridge") ?? new EndpointSettings();
        settings.Bridge = "";
        settings.HairpinMode = false;
        settings.LinkLocalIPv6Address = "";
        settings.LinkLocalIPv6PrefixLen = 0;
        settings.EndpointID = endpoint.EndpointID;
        settings.Gateway = endpoint.Gateway;
        settings.GlobalIPv6Address = endpoint.GlobalIPv6Address;
        settings.GlobalIPv6PrefixLen = endpoint.GlobalIPv6PrefixLen;
        settings.IPAddress = endpoint.IPAddress;
        settings.IPPrefixLen = endpoint.IPPrefixLen;
        settings.IPv6Gateway = endpoint.IPv6Gateway;
        settings.MacAddress = endpoint.MacAddress;
    }
}
