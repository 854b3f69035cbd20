namespace Wharf.Engine.Logs;

/// <summary>Lines from files to a client, a good many at a time.</summary>
internal sealed class LogCopy(LogRequest request, bool tty, Stream output) : IDisposable
{
    private readonly LogFrames _frames = new(request, tty);
    private readonly LineSplitter _lines = new();
    private int _skip;

    /// <summary>The rest is later than was asked for.</summary>
    internal bool Finished => _frames.Finished;

    /// <summary>A file that has not been read from yet.</summary>
    /// <param name="skip">Lines to pass over first.</param>
    /// <param name="limit">Bytes to read at most.</param>
    internal async Task FileAsync(LogFile file, int skip, long limit, CancellationToken cancellationToken)
    {
        _lines.Drop();
        _skip = skip;
        await using Stream? unpacked = file.Compressed ? file.OpenContent() : null;
        try
        {
            await ContentAsync(unpacked ?? file.File, limit, cancellationToken);
        }
        catch (InvalidDataException)
        {
            // A packed file that is damaged: the younger files are worth reading all the same.
        }
    }

    /// <summary>A file that has been read before, and may have grown.</summary>
    internal Task GrownAsync(LogFile file, CancellationToken cancellationToken) =>
        file.Compressed ? Task.CompletedTask : ContentAsync(file.File, long.MaxValue, cancellationToken);

    public void Dispose()
    {
        _frames.Dispose();
        _lines.Dispose();
    }

    private async Task ContentAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        while (limit > 0 && !Finished)
        {
            int count = _lines.ReadFrom(content, limit, Add);
            if (count == 0)
            {
                return;
            }

            limit -= count;
            ReadOnlyMemory<byte> frames = _frames.Take();
            if (!frames.IsEmpty)
            {
                await output.WriteAsync(frames, cancellationToken);
            }
        }
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (_skip > 0)
        {
            _skip--;
        }
        else
        {
            _frames.Add(line);
        }
    }
}
