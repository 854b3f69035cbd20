namespace Wharf.Engine.Images.Content;

/// <summary>Stores what is read through it as a blob.</summary>
internal sealed class TeeStream(Stream source, ContentWriter copy) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        copy.Append(buffer[..read]);
        return read;
    }
}
