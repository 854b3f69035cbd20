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

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
