namespace Wharf.Cli.Attachment;

/// <summary>The keys that leave an attached container running: <c>ctrl-p,ctrl-q</c> unless told otherwise.</summary>
internal static class DetachKeys
{
    private static readonly byte[] s_default = [16, 17];

    /// <exception cref="FormatException">A key is unknown.</exception>
    internal static byte[] Parse(string? text) => string.IsNullOrEmpty(text) ? s_default : [.. text.Split(',').Select(ParseKey)];

    private static byte ParseKey(string key)
    {
        string lower = key.ToLowerInvariant();
        if (lower.StartsWith("ctrl-", StringComparison.Ordinal) && lower.Length == 6)
        {
            char letter = lower[5];
            int code = letter is >= 'a' and <= 'z' ? letter - 'a' + 1 : "@[\\]^_".IndexOf(letter, StringComparison.Ordinal) switch
            {
                < 0 => throw Unknown(key),
                0 => 0,
                int place => 26 + place,
            };
            return (byte)code;
        }

        return lower == "del" ? (byte)127 : key is [< (char)128] ? (byte)key[0] : throw Unknown(key);
    }

    private static FormatException Unknown(string key) => new($"Unknown character: '{key}'");
}
