namespace Wharf.Cli.Output;

/// <summary>
/// Names as people order them: <c>web2</c> before <c>web10</c>. By hand, since <see cref="System.Globalization.CompareOptions.NumericOrdering"/>
/// does nothing where the runtime has no cultures, as in these programs.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    internal static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x;
        ReadOnlySpan<char> right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            int order = char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0])
                ? CompareNumbers(Number(ref left), Number(ref right))
                : Take(ref left).CompareTo(Take(ref right));
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(x, y);
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);

    /// <summary>The digits at the beginning, without leading zeros.</summary>
    private static ReadOnlySpan<char> Number(ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits.TrimStart('0');
    }

    private static char Take(ref ReadOnlySpan<char> text)
    {
        char first = text[0];
        text = text[1..];
        return first;
    }
}
