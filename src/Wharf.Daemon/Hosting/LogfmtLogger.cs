using System.Text;

namespace Wharf.Daemon.Hosting;

/// <summary>
/// Log lines on stderr as dockerd writes them: <c>time="…" level=info msg="…"</c>. The level can change while running (SIGHUP).
/// What the web server says about itself is shown from warnings on only: the daemon logs requests in its own words.
/// </summary>
internal sealed class LogfmtLoggerProvider(TextWriter output, TimeProvider clock) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private volatile LogLevel _level = LogLevel.Information;

    internal LogLevel Level { get => _level; set => _level = value; }

    public ILogger CreateLogger(string categoryName) =>
        new Logger(this, categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Trace);

    public void Dispose() => output.Flush();

    private void Write(LogLevel level, string message, Exception? failure)
    {
        StringBuilder line = new StringBuilder(128)
            .Append("time=\"").Append(clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"))
            .Append("\" level=").Append(Name(level)).Append(" msg=");
        Quote(line, message);
        if (failure is not null)
        {
            Quote(line.Append(" error="), failure.ToString());
        }

        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    /// <summary>Plain words stay bare; anything else is quoted, so that one entry is always one line.</summary>
    private static void Quote(StringBuilder line, string value)
    {
        if (value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@' or '+'))
        {
            line.Append(value);
            return;
        }

        line.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => line.Append("\\\""),
                '\\' => line.Append("\\\\"),
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                < ' ' => line.Append($"\\x{(int)c:x2}"),
                _ => line.Append(c),
            };
        }

        line.Append('"');
    }

    private sealed class Logger(LogfmtLoggerProvider provider, LogLevel floor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= floor && logLevel >= provider._level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Write(logLevel, formatter(state, exception), exception);
            }
        }
    }
}
