namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>What somebody may have meant who wrote a name that does not exist.</summary>
internal static class Suggestion
{
    /// <summary>More changes than this make another word.</summary>
    private const int MaxDistance = 2;
    private const int MaxLength = 64;

    /// <summary><c> (did you mean RUN?)</c>, in the case of what was written; nothing when nothing is near.</summary>
    internal static string For(string written, IEnumerable<string> known)
    {
        string? nearest = written.Length > MaxLength
            ? null
            : known.Distinct()
                .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
                .Where(candidate => candidate.Distance is > 0 and <= MaxDistance && candidate.Distance < candidate.Name.Length)
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Select(candidate => candidate.Name)
                .FirstOrDefault();
        return nearest is null ? "" : $" (did you mean {(written.Any(char.IsUpper) ? nearest : nearest.ToLowerInvariant())}?)";
    }

    /// <summary>Levenshtein's: insertions, deletions and replacements of one character.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
