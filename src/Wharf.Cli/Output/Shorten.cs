namespace Wharf.Cli.Output;

/// <summary>Long texts made to fit a table.</summary>
internal static class Shorten
{
    private const int IdLength = 12;

    /// <summary>The first twelve digits of an id, without <c>sha256:</c>.</summary>
    internal static string Id(string id)
    {
        string digits = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return digits.Length > IdLength ? digits[..IdLength] : digits;
    }

    /// <summary>At most <paramref name="length"/> letters, the last an ellipsis if something is cut.</summary>
    internal static string Text(string text, int length) => text.Length > length ? text[..(length - 1)] + "…" : text;
}
