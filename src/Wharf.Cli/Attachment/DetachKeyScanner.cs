namespace Wharf.Cli.Attachment;

/// <summary>Looks for the detach keys in what is typed, however it is cut into reads. A started sequence is held back until it ends.</summary>
internal sealed class DetachKeyScanner(byte[] keys)
{
    private int _matched;

    /// <summary>Appends to <paramref name="passed"/> what is to go on to the container.</summary>
    /// <returns>True when the sequence is complete: nothing after it counts.</returns>
    internal bool Scan(ReadOnlySpan<byte> typed, List<byte> passed)
    {
        foreach (byte key in typed)
        {
            if (key != keys[_matched])
            {
                passed.AddRange(keys.AsSpan(0, _matched));
                _matched = 0;
            }

            if (key != keys[_matched])
            {
                passed.Add(key);
            }
            else if (++_matched == keys.Length)
            {
                return true;
            }
        }

        return false;
    }
}
