namespace Wharf.Cli.CommandLine;

/// <summary>The command was written wrongly; the answer names its usage and its help page.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>125 for a flag, 1 for the number of arguments: Docker's codes, which scripts test.</summary>
    internal int ExitCode { get; init; } = ExitCodes.DaemonOrUsage;

    /// <summary>True when the message is to start with the program's name.</summary>
    internal bool Named { get; init; }
}

/// <summary>The command cannot do what was asked, for a reason the caller can understand.</summary>
internal sealed class CommandFailure(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;

    /// <summary>True for what <c>run</c>, too, says without its name and with an exit code of 1, as Docker's client does.</summary>
    internal bool Plain { get; init; }
}

/// <summary>Exit codes that scripts rely on.</summary>
internal static class ExitCodes
{
    internal const int Success = 0;
    internal const int Failure = 1;

    /// <summary>The daemon refused, or the command line was wrong: no program ran.</summary>
    internal const int DaemonOrUsage = 125;

    internal const int CannotExecute = 126;
    internal const int CommandNotFound = 127;
}
