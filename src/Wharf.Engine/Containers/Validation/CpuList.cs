using System.Globalization;

namespace Wharf.Engine.Containers.Validation;

/// <summary>The kernel's list format (cpuset(7)): <c>0-3,7</c>.</summary>
internal static class CpuList
{
    /// <summary>Docker's bound: larger numbers are mistakes, and must not become large sets.</summary>
    private const int Highest = 8192;

    /// <returns>Null when it is not a list.</returns>
    internal static HashSet<int>? Parse(string text)
    {
        HashSet<int> numbers = [];
        foreach (string part in text.Trim().Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2
                || !TryNumber(ends[0], out int first)
                || !TryNumber(ends[^1], out int last)
                || last < first)
            {
                return null;
            }

            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return numbers;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
