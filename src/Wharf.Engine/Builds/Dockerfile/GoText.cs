using System.Globalization;
using System.Text;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Text as Go's <c>fmt</c> writes it, which is how Docker's history and messages look.</summary>
internal static class GoText
{
    /// <summary><c>%q</c> of a string.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\a' => @"\a",
                '\b' => @"\b",
                '\f' => @"\f",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                '\v' => @"\v",
                < 0x20 or 0x7F => $@"\x{rune.Value:x2}",
                _ when IsPrintable(rune) => rune.ToString(),
                <= 0xFFFF => $@"\u{rune.Value:x4}",
                _ => $@"\U{rune.Value:x8}",
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary><c>%q</c> of a list of strings.</summary>
    internal static string QuoteAll(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Quote))}]";

    /// <summary><c>%v</c> of a list of strings.</summary>
    internal static string Plain(IEnumerable<string> texts) => $"[{string.Join(' ', texts)}]";

    /// <summary><c>%v</c> of a <c>time.Duration</c>: <c>1h0m30s</c>, <c>1.5s</c>, <c>100ms</c>, <c>0s</c>.</summary>
    internal static string Duration(long nanoseconds)
    {
        decimal seconds = nanoseconds / 1_000_000_000m;
        return nanoseconds switch
        {
            0 => "0s",
            < 1_000 => $"{nanoseconds}ns",
            < 1_000_000 => Number(nanoseconds / 1_000m) + "µs",
            < 1_000_000_000 => Number(nanoseconds / 1_000_000m) + "ms",
            _ when seconds < 60 => Number(seconds) + "s",
            _ when seconds < 3600 => $"{(long)seconds / 60}m{Number(seconds % 60)}s",
            _ => $"{(long)seconds / 3600}h{(long)seconds / 60 % 60}m{Number(seconds % 60)}s",
        };
    }

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
