namespace Wharf.Engine.Logs;

/// <summary>Reads json-file logs: what is there, and with follow what comes; see <see cref="ILogReader"/>.</summary>
internal sealed class LogReader : ILogReader
{
    public async Task CopyAsync(LogSource source, LogRequest request, Stream output, CancellationToken cancellationToken)
    {
        // Watched before anything is read: what is written in between shows up in one or the other.
        using LogWatch? watch = request.Follow && !source.Ended.IsCompleted ? LogWatch.Start(source.Path) : null;
        using var copy = new LogCopy(request, source.Tty, output);
        List<LogFile> files = Open(source.Path, watch, out _);
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
        try
        {
            while (!copy.Finished)
            {
                // Asked before reading: what was written until then is read below, and after the end nothing is.
                bool ended = source.Ended.IsCompleted;
                int rotations = watch.TakeRotations();
                if (current is not null)
                {
                    await copy.GrownAsync(current, cancellationToken);
                }

                // A file can be seen an instant before its creation is told of; then there is nothing to catch up with.
                if (rotations > 0 && (current is null || LogFiles.WasRotated(source.Path, current.File)))
                {
                    current = await CatchUpAsync(source.Path, watch, rotations, current, copy, cancellationToken);
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

    /// <summary>Reads the files that came since <paramref name="last"/>, and returns the youngest, which is the current one.</summary>
    private static async Task<LogFile?> CatchUpAsync(
        string path, LogWatch watch, int rotations, LogFile? last, LogCopy copy, CancellationToken cancellationToken)
    {
        List<LogFile> files = Open(path, watch, out int more);
        // Packed or removed by now, it is not found; then the count of rotations tells how many came after it.
        int known = last is null ? -1 : files.FindIndex(file => file.IsSameAs(last));
        int first = known >= 0 ? known + 1 : Math.Max(0, files.Count - rotations - more);
        last?.Dispose();
        LogFile? current = files.LastOrDefault();
        try
        {
            foreach (LogFile file in files.Skip(first))
            {
                await copy.FileAsync(file, 0, long.MaxValue, cancellationToken);
            }

            return current;
        }
        catch
        {
            current?.Dispose();
            throw;
        }
        finally
        {
            files.SkipLast(1).ToList().ForEach(file => file.Dispose());
        }
    }

    /// <summary>Opened while nothing was rotated, so that every rotation told of from now on comes after these files.</summary>
    /// <param name="rotations">Told of meanwhile.</param>
    private static List<LogFile> Open(string path, LogWatch? watch, out int rotations)
    {
        rotations = watch?.TakeRotations() ?? 0;
        while (true)
        {
            List<LogFile> files = LogFiles.OpenAll(path);
            int meanwhile = watch?.TakeRotations() ?? 0;
            if (meanwhile == 0)
            {
                return files;
            }

            rotations += meanwhile;
            files.ForEach(file => file.Dispose());
        }
    }
}
