using Wharf.Api.Exec;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

internal static class ExecMapping
{
    internal static ContainerEngine.ExecCreateRequest ToEngine(ExecCreateRequest wire) => new()
    {
        Cmd = wire.Cmd ?? [],
        Env = wire.Env ?? [],
        User = wire.User ?? "",
        WorkingDir = wire.WorkingDir ?? "",
        Tty = wire.Tty,
        Privileged = wire.Privileged,
        AttachStdin = wire.AttachStdin,
        AttachStdout = wire.AttachStdout,
        AttachStderr = wire.AttachStderr,
        DetachKeys = string.IsNullOrEmpty(wire.DetachKeys) ? null : wire.DetachKeys,
        ConsoleSize = HostConfigMapping.ToEngine(wire.ConsoleSize) ?? new ContainerEngine.ConsoleSize(0, 0),
    };

    internal static ExecInspect ToWire(ContainerEngine.ExecSnapshot exec) => new()
    {
        ID = exec.Id,
        Running = exec.Running,
        ExitCode = exec.ExitCode,
        ProcessConfig = new ProcessConfig
        {
            Tty = exec.Request.Tty,
            Entrypoint = exec.Request.Cmd.Count > 0 ? exec.Request.Cmd[0] : "",
            Arguments = [.. exec.Request.Cmd.Skip(1)],
            Privileged = exec.Request.Privileged,
            User = exec.Request.User.Length > 0 ? exec.Request.User : null,
        },
        OpenStdin = exec.Request.AttachStdin,
        OpenStdout = exec.Request.AttachStdout,
        OpenStderr = exec.Request.AttachStderr,
        ContainerID = exec.ContainerId,
        DetachKeys = exec.Request.DetachKeys ?? "",
        Pid = exec.Pid,
    };
}
