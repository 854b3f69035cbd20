using Wharf.Linux.Namespaces;

namespace Wharf.Engine.Networks.Sandboxes;

/// <summary>
/// Undoes a container's network, whole or half-made. Every step is tried, whatever becomes of the others; the file goes last, so that a crash
/// in between leaves something to go on from. The links are left to the kernel, which frees them with the namespace and off our path:
/// deleting a veth pair ourselves took 28 ms where this takes under one. The static entry in the bridge (see Neighbours.TeachBridge) lets the
/// address be used again before that.
/// </summary>
internal sealed class TearDownSandbox(NetworkParts parts)
{
    /// <exception cref="AggregateException">Steps that failed; the next start tries them again.</exception>
    internal Task RunAsync(string containerId)
    {
        if (parts.Sandboxes.TryRemove(containerId, out SandboxRecord? record))
        {
            Undo(record.Sandbox);
        }

        return Task.CompletedTask;
    }

    /// <summary>After a failed set-up: a failure to undo is attached to the first failure and never takes its place.</summary>
    internal async Task AfterFailureAsync(string containerId, Exception failure)
    {
        try
        {
            await RunAsync(containerId);
        }
        catch (AggregateException second)
        {
            failure.Data["undo"] = second.Message;
        }
    }

    internal void Undo(Sandbox sandbox)
    {
        List<Exception> failures = [];
        Try(() => parts.Firewall.Unpublish(sandbox.ContainerId));
        if (sandbox.NamespacePath is not null)
        {
            Try(() => NetworkNamespace.Remove(sandbox.NamespacePath));
        }

        foreach (Endpoint endpoint in sandbox.Endpoints)
        {
            Network? network = parts.Networks.TryGet(endpoint.NetworkId);
            if (network is not null)
            {
                parts.Networks.Leave(network.Id, endpoint.IPv4);
                parts.Publish("disconnect", network, sandbox.ContainerId);
            }
        }

        parts.Ports.Release(sandbox.ContainerId);
        if (failures.Count > 0)
        {
            throw new AggregateException($"network of container {sandbox.ContainerId} was not taken down whole", failures);
        }

        parts.Files.Delete(sandbox.ContainerId);

        void Try(Action step)
        {
            try
            {
                step();
            }
            catch (Exception failure) when (failure is IOException or WharfException or UnauthorizedAccessException)
            {
                failures.Add(failure);
            }
        }
    }
}
