namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>One instruction with its continued lines joined, and where each part of it stands in the file.</summary>
internal sealed class LogicalLine
{
    private readonly SourceText _source;
    private readonly (int Start, SourcePosition Position)[] _pieces;

    /// <param name="pieces">For each physical line that is part of it: where it begins in <paramref name="text"/>, and in the file. At least one.</param>
    internal LogicalLine(SourceText source, string text, IEnumerable<(int Start, SourcePosition Position)> pieces)
    {
        _source = source;
        Text = text;
        _pieces = [.. pieces];
    }

    /// <summary>Part of another line: as long as it, with blanks where the rest was, so that places stay.</summary>
    internal LogicalLine(LogicalLine outer, string text)
        : this(outer._source, text, outer._pieces)
    {
    }

    internal string Text { get; }

    /// <summary>From the first character that is not blank to the end.</summary>
    internal SourceRange Whole => Range(Text.Length - Text.TrimStart().Length, Text.TrimEnd().Length);

    /// <param name="start">Index into <see cref="Text"/>.</param>
    /// <param name="end">Index behind the last character.</param>
    internal SourceRange Range(int start, int end)
    {
        SourcePosition first = PositionAt(start);
        SourcePosition last = end > start ? PositionAt(end - 1) : first;
        return new SourceRange(_source, first, last with { Column = last.Column + (end > start ? 1 : 0) });
    }

    internal Word Word(int start, int end) => new(Text[start..end], Range(start, end));

    private SourcePosition PositionAt(int index)
    {
        (int start, SourcePosition position) = Array.FindLast(_pieces, piece => piece.Start <= index) is { Position.Line: > 0 } piece ? piece : _pieces[0];
        return position with { Column = position.Column + Math.Max(0, index - start) };
    }
}
