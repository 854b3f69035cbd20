using System.Text;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>Something is wrong with a Dockerfile. The message says where, and shows it.</summary>
public sealed class DockerfileException : WharfException
{
    private const int LinesAround = 2;
    private const int MaxLinesShown = 10;
    private const int MaxColumnsShown = 160;

    internal DockerfileException(string problem, SourceRange source, Exception? cause = null)
        : base(ErrorKind.InvalidArgument, $"{problem}\n{source}\n{Excerpt(source)}", cause)
    {
        Problem = problem;
        File = source.Text.Name;
        Line = source.Start.Line;
        Column = source.Start.Column;
    }

    /// <summary>What is wrong, in one line, without the place.</summary>
    public string Problem { get; }

    public string File { get; }

    /// <summary>Counted from 1.</summary>
    public int Line { get; }

    /// <summary>Counted from 1.</summary>
    public int Column { get; }

    /// <summary>The lines around the place, those that belong to it marked, and a caret below its start.</summary>
    private static string Excerpt(SourceRange source)
    {
        IReadOnlyList<string> lines = source.Text.Lines;
        int last = Math.Min(Math.Max(source.End.Line, source.Start.Line), source.Start.Line + MaxLinesShown);
        var text = new StringBuilder("--------------------\n");
        for (int number = Math.Max(1, source.Start.Line - LinesAround); number <= Math.Min(lines.Count, last + LinesAround); number++)
        {
            bool isMarked = number >= source.Start.Line && number <= last;
            text.Append($"{number,4} | {(isMarked ? ">>>" : "   ")} {Shown(lines[number - 1])}\n");
            if (number == source.Start.Line)
            {
                text.Append($"     |     {Indent(lines[number - 1], source.Start.Column)}^\n");
            }
        }

        return text.Append("--------------------").ToString();
    }

    private static string Shown(string line)
    {
        string printable = string.Concat(line.Take(MaxColumnsShown).Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c));
        return line.Length > MaxColumnsShown ? printable + "…" : printable;
    }

    /// <summary>As wide as what stands before the column: tabs stay tabs.</summary>
    private static string Indent(string line, int column) =>
        string.Concat(line.Take(Math.Min(column - 1, MaxColumnsShown)).Select(c => c == '\t' ? '\t' : ' '));
}
