namespace Wharf.Cli.CommandLine;

/// <summary>Which names may have been meant by one that does not exist.</summary>
internal static class Suggestions
{
    private const int MostEdits = 2;

    internal static IReadOnlyList<string> For(string typed, IEnumerable<string> names) =>
    [
        .. names
            .Select(name => (name, edits: Distance(typed, name)))
            .Where(candidate => candidate.edits <= Math.Min(MostEdits, Math.Max(1, typed.Length - 1))
                || (typed.Length > 1 && candidate.name.StartsWith(typed, StringComparison.Ordinal)))
            .OrderBy(candidate => candidate.edits)
            .ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .Select(candidate => candidate.name)
            .Take(3),
    ];

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one word to the other.</summary>
    internal static int Distance(string from, string to)
    {
        int[,] edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                int replaced = edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replaced, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
