using System.Buffers.Binary;
using Wharf.Api;
using Wharf.Api.Builds;
using Wharf.Api.Client;
using Wharf.Linux.Walks;

namespace Wharf.Cli.Builds;

/// <summary>The client's side of <c>POST /wharf/build</c>: what is wanted, the files that the daemon lacks, then events until the result.</summary>
internal sealed class BuildSession : IDisposable
{
    private const int PieceBytes = 128 << 10;
    private readonly Stream _connection;
    private readonly FrameReader _answers;
    private readonly FrameWriter _frames;
    private readonly BuildDisplay _display;
    private readonly TimeProvider _clock;

    private BuildSession(Stream connection, BuildDisplay display, TimeProvider clock)
    {
        _connection = connection;
        _answers = new FrameReader(connection);
        _frames = new FrameWriter(connection);
        _display = display;
        _clock = clock;
    }

    internal static BuildSession Open(DockerClient engine, BuildDisplay display, TimeProvider clock) =>
        new(engine.Hijack(ApiRequest.Post("/wharf/build")), display, clock);

    /// <summary>Builds, and returns how it ended.</summary>
    /// <exception cref="IOException">The daemon has gone.</exception>
    internal BuildResultMessage Run(BuildSessionRequest request, IEnumerable<BuildSource> sources)
    {
        try
        {
            _frames.WriteJson(BuildFrame.Request, request, ApiJson.Default.BuildSessionRequest);
            foreach (BuildSource source in sources)
            {
                if (Send(source) is { } refused)
                {
                    return refused;
                }
            }

            _frames.Flush();
        }
        catch (IOException)
        {
            // A daemon that has refused something meanwhile has said so before it stopped reading.
        }

        while (Next())
        {
            if (_answers.Type == BuildFrame.Result)
            {
                return Result();
            }

            Show();
        }

        throw new IOException("the daemon closed the connection before the build was through");
    }

    /// <summary>Also from another thread, which stops the build.</summary>
    public void Dispose() => _connection.Dispose();

    /// <returns>A result, when the daemon wants no more.</returns>
    private BuildResultMessage? Send(BuildSource source)
    {
        if (source.Directory is { } directory)
        {
            return SendDirectory(directory, source);
        }

        if (source.Archive is { } archive)
        {
            byte[] piece = new byte[PieceBytes];
            long sent = 0;
            for (int count; (count = archive.Read(piece, 0, piece.Length)) > 0;)
            {
                _frames.Write(BuildFrame.ArchiveData, piece.AsSpan(0, count));
                _display.Sending(sent += count, null);
            }

            _frames.Write(BuildFrame.ArchiveEnd, []);
            _frames.Flush();
            _display.Sent(sent, null);
        }

        return null;
    }

    private BuildResultMessage? SendDirectory(string directory, BuildSource source)
    {
        using DirectoryWalk walk = DirectoryWalk.Open(directory);
        List<ListedFile> files = ContextWalk.List(walk, directory, source.Ignore);
        var listing = new ListingWriter(_frames);
        files.ForEach(listing.Add);
        listing.End();

        List<int> missing = [];
        while (Next() && _answers.Type == BuildFrame.Missing)
        {
            ReadOnlySpan<byte> numbers = _answers.Payload.Span;
            for (; numbers.Length >= sizeof(int); numbers = numbers[sizeof(int)..])
            {
                missing.Add(BinaryPrimitives.ReadInt32LittleEndian(numbers));
            }
        }

        if (_answers.Type == BuildFrame.Result)
        {
            return Result();
        }

        var sender = new ContextSender(walk, directory, _frames, _clock);
        foreach (int index in missing)
        {
            sender.Send(index, files[index].Path);
            _display.Sending(sender.Sent, missing.Count);
        }

        _frames.Write(BuildFrame.FilesEnd, []);
        _frames.Flush();
        _display.Sent(sender.Sent, missing.Count);
        return null;
    }

    private bool Next() => _answers.Next();

    private BuildResultMessage Result() => _answers.ReadJson(ApiJson.Default.BuildResultMessage);

    private void Show()
    {
        switch (_answers.Type)
        {
            case BuildFrame.Event:
                _display.Show(_answers.ReadJson(ApiJson.Default.BuildEventMessage));
                break;
            case BuildFrame.Output when _answers.Payload.Length > sizeof(int):
                _display.Output(BinaryPrimitives.ReadInt32LittleEndian(_answers.Payload.Span), _answers.Payload.Span[(sizeof(int) + 1)..]);
                break;
        }
    }
}
