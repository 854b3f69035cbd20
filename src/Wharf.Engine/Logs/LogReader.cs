namespace Wharf.Engine.Logs;

/// <summary>Reads json-file logs: what is there, and with follow what comes; see <see cref="ILogReader"/>.</summary>
internal sealed class LogReader : ILogReader
{
    public async Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken)
    {
        // Watched before anything is read: what is written in between shows up in one or the other.
        using LogWatch? watch = request.Follow && !source.Ended.IsCompleted ? LogWatch.Start(source.Path) : null;
        var copy = new LogCopy(request, source.Tty, output);
        List<LogFile> files = LogFiles.OpenAll(source.Path);
        try
        {
            int skip = request.Tail is { } lines ? LogTail.Seek(files, lines) : 0;
            for (int i = 0; i < files.Count; i++)
            {
                // Without follow a log that is written to faster than it is read must end somewhere: where it ended when it was asked for.
                bool bounded = !request.Follow && !files[i].Compressed;
                long limit = bounded ? files[i].File.Length - files[i].File.Position : long.MaxValue;
                await copy.FileAsync(files[i], i == 0 ? skip : 0, limit, cancellationToken);
            }

            await output.FlushAsync(cancellationToken);
            if (watch is not null)
            {
                await FollowAsync(source, watch, copy, files.LastOrDefault(), output, cancellationToken);
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static async Task FollowAsync(
        LogSource source, LogWatch watch, LogCopy copy, LogFile? current, Stream output, CancellationToken cancellationToken)
    {
        int rotations = current is null ? 1 : LogFiles.WasRotated(source.Path, current.File) ? 1 : 0;
        watch.TakeRotations();
        try
        {
            while (!copy.Finished)
            {
                // Asked before reading: what was written until then is read below, and after the end nothing is.
                bool ended = source.Ended.IsCompleted;
                rotations += watch.TakeRotations();
                if (current is not null)
                {
                    await copy.GrownAsync(current, cancellationToken);
                }

                if (rotations > 0)
                {
                    current?.Dispose();
                    current = await CatchUpAsync(source.Path, rotations, copy, cancellationToken);
                    rotations = 0;
                }

                await output.FlushAsync(cancellationToken);
                if (ended)
                {
                    return;
                }

                await watch.WaitAsync(source.Ended, cancellationToken);
            }
        }
        finally
        {
            current?.Dispose();
        }
    }

    /// <summary>Reads the files that came and went since, then what the current one holds.</summary>
    private static async Task<LogFile?> CatchUpAsync(string path, int rotations, LogCopy copy, CancellationToken cancellationToken)
    {
        for (int age = rotations - 1; age > 0; age--)
        {
            using LogFile? missed = LogFiles.Open(path, age);
            if (missed is not null)
            {
                await copy.FileAsync(missed, 0, long.MaxValue, cancellationToken);
            }
        }

        LogFile? current = LogFiles.Open(path, age: 0);
        if (current is not null)
        {
            await copy.FileAsync(current, 0, long.MaxValue, cancellationToken);
        }

        return current;
    }
}
