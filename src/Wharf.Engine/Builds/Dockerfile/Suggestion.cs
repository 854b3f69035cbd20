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

    /// <summary>Insertions, deletions and replacements of one character, and swaps of two neighbours (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[,] distance = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1,
                        distance[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
                }
            }
        }

        return distance[from.Length, to.Length];
    }
}
