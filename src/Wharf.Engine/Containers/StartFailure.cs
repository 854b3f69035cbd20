using Wharf.Engine.Execution;
using Wharf.Linux;
using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary>A program that could not be started, with the exit code that Docker gives for the reason.</summary>
public sealed class StartFailure : WharfException
{
    /// <summary>Docker's opening words for what cannot be started.</summary>
    internal const string CreatePrefix =
        "failed to create task for container: failed to create shim task: OCI runtime create failed: unable to start container process";

    private const int CommandNotFound = 127;

    /// <summary>What exec's exit code is too, when it fails for any other reason than a missing program.</summary>
    internal const int CommandNotExecutable = 126;

    internal const int Other = 128;

    private StartFailure(ErrorKind kind, string message, int exitCode, Exception? cause)
        : base(kind, message, cause) => ExitCode = exitCode;

    /// <summary>127 when there is no such program, 126 when it cannot be executed, 128 for anything before that.</summary>
    public int ExitCode { get; }

    /// <param name="program">What was to be executed, for the message.</param>
    /// <param name="prefix">Docker's opening words, which differ between start and exec.</param>
    internal static StartFailure From(Exception failure, string program, string prefix) => failure switch
    {
        StartFailure already => already,
        MonitorFailedException { Failed: var failed } => FromMonitor(failed, program, prefix, failure),
        WharfException known => new StartFailure(known.Kind, known.Message, Other, failure),
        _ => new StartFailure(ErrorKind.Internal, failure.Message, Other, failure),
    };

    /// <summary>Clients, docker's own among them, tell 126 from 127 by these words.</summary>
    private static StartFailure FromMonitor(Failed failed, string program, string prefix, Exception cause)
    {
        string reason = ((Errno)failed.Errno).Message();
        (ErrorKind kind, int code, string text) = failed.Kind switch
        {
            FailureKind.CommandNotFound when program.Contains('/') =>
                (ErrorKind.InvalidArgument, CommandNotFound, $"exec: \"{program}\": stat {program}: no such file or directory"),
            FailureKind.CommandNotFound => (ErrorKind.InvalidArgument, CommandNotFound, $"exec: \"{program}\": executable file not found in $PATH"),
            FailureKind.CommandNotExecutable => (ErrorKind.InvalidArgument, CommandNotExecutable, $"exec: \"{program}\": {reason}"),
            FailureKind.InvalidSpec => (ErrorKind.InvalidArgument, Other, failed.Message),
            _ => (ErrorKind.Internal, Other, failed.Message),
        };
        return new StartFailure(kind, $"{prefix}: {text}", code, cause);
    }
}
