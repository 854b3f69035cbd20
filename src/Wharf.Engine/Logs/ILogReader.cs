namespace Wharf.Engine.Logs;

/// <summary>Reads what containers have written, while they still write it: what containers need of this folder.</summary>
public interface ILogReader
{
    /// <summary>
    /// Writes the asked-for lines to <paramref name="output"/>: plain for a terminal, otherwise in Docker's stdcopy frames. With follow, goes on
    /// until <see cref="LogSource.Ended"/> has completed and all is written.
    /// </summary>
    Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken);
}

/// <param name="Path">The current file; rotated ones are beside it.</param>
/// <param name="Tty">Output was one stream, a terminal's.</param>
/// <param name="Ended">Completes when nothing more will be written.</param>
public sealed record LogSource(string Path, bool Tty, Task Ended);
