using System.Text;

namespace Wharf.Cli.Output;

/// <summary>Rows of tab-separated cells in columns: as wide as the widest cell and three spaces, ten at least; the last cell is not padded.</summary>
internal static class TabTable
{
    private const int Padding = 3;

    internal static string Render(IReadOnlyList<string> rows, int leastWidth = 10)
    {
        string[][] cells = [.. rows.Select(row => row.Split('\t'))];
        var text = new StringBuilder();
        int[] widths = new int[cells.Max(row => row.Length)];
        foreach (string[] row in cells)
        {
            for (int i = 0; i < row.Length - 1; i++)
            {
                widths[i] = Math.Max(widths[i], Math.Max(leastWidth, Width(row[i]) + Padding));
            }
        }

        foreach (string[] row in cells)
        {
            for (int i = 0; i < row.Length - 1; i++)
            {
                text.Append(row[i]).Append(' ', widths[i] - Width(row[i]));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>In letters as Unicode counts them, which is what Go's tabwriter counts.</summary>
    private static int Width(string cell)
    {
        int width = 0;
        foreach (Rune _ in cell.EnumerateRunes())
        {
            width++;
        }

        return width;
    }
}
