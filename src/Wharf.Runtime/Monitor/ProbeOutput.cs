using System.Text;

namespace Wharf.Runtime.Monitor;

/// <summary>The beginning of what a probe writes, of both streams together; three dots stand for the rest.</summary>
internal sealed class ProbeOutput : IOutputRecord
{
    private const int MaxBytes = 4096;
    private byte[] _kept = [];
    private bool _truncated;

    internal string Text => Encoding.UTF8.GetString(_kept) + (_truncated ? "..." : "");

    public void Write(OutputKind kind, ReadOnlySpan<byte> output)
    {
        int fits = Math.Min(MaxBytes - _kept.Length, output.Length);
        _truncated |= fits < output.Length;
        if (fits > 0)
        {
            _kept = [.. _kept, .. output[..fits]];
        }
    }

    public void End(OutputKind kind)
    {
    }
}
