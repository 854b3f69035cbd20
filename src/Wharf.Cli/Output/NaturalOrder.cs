using System.Globalization;

namespace Wharf.Cli.Output;

/// <summary>Names as people order them: <c>web2</c> before <c>web10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    internal static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => string.Compare(x, y, CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);
}
