using Wharf.Linux;
using Wharf.Oci.Monitor;

namespace Wharf.Runtime;

/// <summary>A container or a process in it could not be made. Keeps what was tried, on what, and the kernel's reason, for the other side.</summary>
internal sealed class RuntimeFailure : Exception
{
    /// <summary>The step that puts a bind mount in its place; its target names both ends.</summary>
    internal const string AttachBind = "bind";

    /// <summary>The configuration asks for something that is wrong or unknown.</summary>
    internal RuntimeFailure(string message)
        : base(message) => Failed = new Failed(FailureKind.InvalidSpec, "configure", "", 0, message);

    internal RuntimeFailure(FailureKind kind, string operation, string target, Errno errno, string message)
        : base(message) => Failed = new Failed(kind, operation, target, (int)errno, message);

    internal Failed Failed { get; }

    /// <summary>Classifies a failed step: executing the program has exit codes of its own.</summary>
    internal static RuntimeFailure From(LinuxException failure)
    {
        if (failure is { Operation: AttachBind, Errno: Errno.EINVAL or Errno.ENOTDIR })
        {
            // move_mount(2) says EINVAL where mount(2) said ENOTDIR.
            return new RuntimeFailure(
                FailureKind.Internal,
                failure.Operation,
                failure.Target,
                Errno.ENOTDIR,
                $"error mounting {failure.Target}: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? "
                + "Check if the specified host path exists and is the expected type");
        }

        if (failure.Operation != "exec")
        {
            return new RuntimeFailure(FailureKind.Internal, failure.Operation, failure.Target, failure.Errno, failure.Message);
        }

        bool bareName = !failure.Target.Contains('/', StringComparison.Ordinal);
        return failure.Errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR when bareName =>
                Exec(FailureKind.CommandNotFound, "executable file not found in $PATH"),
            Errno.ENOENT or Errno.ENOTDIR => Exec(FailureKind.CommandNotFound, "no such file or directory"),
            _ => Exec(FailureKind.CommandNotExecutable, failure.Errno.Message()),
        };

        RuntimeFailure Exec(FailureKind kind, string reason) =>
            new(kind, failure.Operation, failure.Target, failure.Errno, $"exec: \"{failure.Target}\": {reason}");
    }
}
