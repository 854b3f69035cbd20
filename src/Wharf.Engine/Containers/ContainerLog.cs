using Microsoft.Extensions.Logging;

namespace Wharf.Engine.Containers;

/// <summary>What the containers' part of the engine writes to the log. Event ids 2000 to 2099.</summary>
internal static partial class ContainerLog
{
    [LoggerMessage(2000, LogLevel.Information, "Container {Container} ({Name}) started as process {Pid}")]
    internal static partial void Started(this ILogger log, string container, string name, int pid);

    [LoggerMessage(2001, LogLevel.Information, "Container {Container} ended with exit code {ExitCode}")]
    internal static partial void Ended(this ILogger log, string container, int exitCode);

    [LoggerMessage(2002, LogLevel.Error, "Container {Container}: automatic restart failed")]
    internal static partial void RestartFailed(this ILogger log, Exception exception, string container);

    [LoggerMessage(2003, LogLevel.Error, "Container {Container}: {Step} failed after its end; the next start of the engine tries again")]
    internal static partial void CleanUpFailed(this ILogger log, Exception exception, string container, string step);

    [LoggerMessage(2004, LogLevel.Error, "Undoing a failed step failed too")]
    internal static partial void UndoFailed(this ILogger log, Exception exception);

    [LoggerMessage(2005, LogLevel.Warning, "Container {Container}: its monitor has gone without leaving an exit code")]
    internal static partial void MonitorLost(this ILogger log, Exception? exception, string container);

    [LoggerMessage(2010, LogLevel.Information, "Container {Container} ({Name}) is running still: taken over")]
    internal static partial void TakenOver(this ILogger log, string container, string name);

    [LoggerMessage(2011, LogLevel.Information, "Container {Container} ended with exit code {ExitCode} while the engine was away")]
    internal static partial void EndedMeanwhile(this ILogger log, string container, int exitCode);

    [LoggerMessage(2012, LogLevel.Warning, "Recovery: removed {Kind} {Target}, which no container owns")]
    internal static partial void RemovedOrphan(this ILogger log, string kind, string target);

    [LoggerMessage(2013, LogLevel.Error, "Recovery: could not remove {Kind} {Target}")]
    internal static partial void OrphanStays(this ILogger log, Exception exception, string kind, string target);

    [LoggerMessage(2014, LogLevel.Information, "Container {Container}: starting again, as its restart policy says")]
    internal static partial void RestartingAfterRecovery(this ILogger log, string container);
}
