using System.Globalization;

namespace Wharf.Daemon.Configuration;

/// <summary>Sizes as dockerd's settings have them: bytes, or with k, m, g, t (1024 each; a following <c>b</c> or <c>ib</c> changes nothing).</summary>
internal static class ByteSize
{
    internal static bool TryParse(string text, out long bytes)
    {
        string trimmed = text.Trim().ToLowerInvariant();
        string digits = trimmed.TrimEnd('b', 'i', 'k', 'm', 'g', 't');
        int shift = trimmed[digits.Length..] switch
        {
            "" or "b" => 0,
            "k" or "kb" or "kib" => 10,
            "m" or "mb" or "mib" => 20,
            "g" or "gb" or "gib" => 30,
            "t" or "tb" or "tib" => 40,
            _ => -1,
        };
        if (shift >= 0 && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) && number < 1L << 20)
        {
            bytes = (long)(number * (1L << shift));
            return true;
        }

        bytes = 0;
        return shift == 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes);
    }
}
