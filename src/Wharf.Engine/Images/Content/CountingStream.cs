namespace Wharf.Engine.Images.Content;

/// <summary>Tells how far a stream has been read.</summary>
internal sealed class CountingStream(Stream source, Action<long> report) : ForwardStream
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        _position += read;
        report(_position);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
