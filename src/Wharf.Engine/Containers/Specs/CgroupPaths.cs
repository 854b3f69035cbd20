namespace Wharf.Engine.Containers.Specs;

/// <summary>Where containers' cgroups are, below the root of every hierarchy.</summary>
internal static class CgroupPaths
{
    internal static string Of(EngineOptions options, HostConfig host, string id)
    {
        string parent = host.CgroupParent.Length > 0 ? host.CgroupParent : options.CgroupParent ?? options.InstanceName;
        return Path.GetFullPath($"/{parent}/{id}");
    }
}
