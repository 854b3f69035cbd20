using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Specs;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Execs;

/// <summary>The process of an exec: the container's own settings, changed by what the request says.</summary>
internal static class ExecSpec
{
    /// <param name="root">The container's root as its processes see it: <c>/proc/PID/root</c>.</param>
    internal static Process Build(ContainerSnapshot container, ExecCreateRequest request, ConsoleSize size, string root, IReadOnlyList<string> held)
    {
        ContainerConfig config = container.Config;
        HostConfig host = container.HostConfig;
        ContainerUser user = ContainerUser.Lookup(root, request.User.Length > 0 ? request.User : config.User, host.GroupAdd);
        IReadOnlyList<string> capabilities = CapabilitySet.Compute(host.Privileged || request.Privileged, host.CapAdd, host.CapDrop, held);
        return new Process
        {
            Terminal = request.Tty,
            ConsoleSize = request.Tty && size is { Rows: > 0, Columns: > 0 }
                ? new Oci.RuntimeSpec.ConsoleSize((uint)size.Rows, (uint)size.Columns)
                : null,
            User = new User { Uid = user.Uid, Gid = user.Gid, AdditionalGids = user.AdditionalGids },
            Args = request.Cmd,
            Env = RuntimeSpecBuilder.Environment([.. config.Env, .. request.Env], request.Tty, user, config.Hostname),
            Cwd = request.WorkingDir.Length > 0 ? request.WorkingDir : config.WorkingDir.Length > 0 ? config.WorkingDir : "/",
            Capabilities = RuntimeSpecBuilder.CapabilitiesFor(capabilities, user.Uid),
            Rlimits = host.Resources.Ulimits.Count == 0 ? null : [.. host.Resources.Ulimits.Select(RuntimeSpecBuilder.ToRlimit)],
            NoNewPrivileges = SecurityOptions.Parse(host.SecurityOpt).NoNewPrivileges ?? false,
            OomScoreAdj = host.OomScoreAdj,
        };
    }
}
