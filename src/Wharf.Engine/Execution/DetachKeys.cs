namespace Wharf.Engine.Execution;

/// <summary>
/// The keys that end an attachment without ending the process: <c>ctrl-p,ctrl-q</c>, <c>a,b,ctrl-@</c> and so on. Bytes that begin the
/// sequence are held back until it is clear that they are not it.
/// </summary>
internal sealed class DetachKeys
{
    internal const string Default = "ctrl-p,ctrl-q";

    private readonly byte[] _keys;
    private int _matched;

    private DetachKeys(byte[] keys) => _keys = keys;

    /// <exception cref="WharfException">Not Docker's syntax, in Docker's words.</exception>
    internal static DetachKeys Parse(string? text)
    {
        string[] names = (string.IsNullOrEmpty(text) ? Default : text).Split(',');
        byte[] keys = new byte[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            keys[i] = Code(names[i]) ?? throw WharfException.Invalid($"Invalid detach keys ({text}) provided");
        }

        return new DetachKeys(keys);
    }

    /// <summary>Passes typed bytes through the matcher.</summary>
    /// <param name="output">Gets what the process is to see; has room for <paramref name="typed"/> and a whole sequence.</param>
    /// <param name="written">How much of it was used.</param>
    /// <returns>True when the sequence is complete; what followed it is dropped.</returns>
    internal bool Scan(ReadOnlySpan<byte> typed, Span<byte> output, out int written)
    {
        written = 0;
        foreach (byte key in typed)
        {
            while (_matched > 0 && key != _keys[_matched])
            {
                Yield(output, ref written);
            }

            if (key != _keys[_matched])
            {
                output[written++] = key;
            }
            else if (++_matched == _keys.Length)
            {
                _matched = 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>Room that <see cref="Scan"/> needs beyond what was typed.</summary>
    internal int Length => _keys.Length;

    /// <summary>The oldest byte held back was not part of the sequence after all; the rest may still begin it.</summary>
    private void Yield(Span<byte> output, ref int written)
    {
        int held = _matched;
        for (int drop = 1; drop <= held; drop++)
        {
            int rest = held - drop;
            if (_keys.AsSpan(drop, rest).SequenceEqual(_keys.AsSpan(0, rest)))
            {
                _keys.AsSpan(0, drop).CopyTo(output[written..]);
                written += drop;
                _matched = rest;
                return;
            }
        }
    }

    private static byte? Code(string name) => name switch
    {
        [var single] when char.IsAscii(single) => (byte)single,
        ['c', 't', 'r', 'l', '-', >= 'a' and <= 'z' and var letter] => (byte)(letter - 'a' + 1),
        "ctrl-@" => 0,
        "ctrl-[" => 27,
        "ctrl-\\" => 28,
        "ctrl-]" => 29,
        "ctrl-^" => 30,
        "ctrl-_" => 31,
        _ => null,
    };
}
