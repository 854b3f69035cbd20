using System.Text;

namespace Wharf.Cli.ContainerOptions;

/// <summary>The comma-separated <c>key=value</c> fields of <c>--mount</c> and <c>--network</c>, with the quoting of CSV.</summary>
internal static class CommaFields
{
    internal static IEnumerable<(string Key, string? Value)> Parse(string text)
    {
        foreach (string field in Split(text))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? (field.Trim().ToLowerInvariant(), null)
                : (field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..].Trim());
        }
    }

    private static IEnumerable<string> Split(string text)
    {
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (letter == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(text[i++]);
            }
            else if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (letter == ',' && !quoted)
            {
                yield return field.ToString();
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }
        }

        yield return field.ToString();
    }
}
