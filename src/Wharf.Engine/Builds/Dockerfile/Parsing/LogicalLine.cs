namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>One instruction with its continued lines joined, and where each part of it stands in the file.</summary>
internal sealed class LogicalLine
{
    private readonly SourceText _source;

    /// <summary>Where each physical line begins in the text; ascending, the first is 0.</summary>
    private readonly int[] _starts;
    private readonly SourcePosition[] _positions;

    /// <param name="pieces">For each physical line in it, at least one: where it begins in <paramref name="text"/>, and in the file.</param>
    internal LogicalLine(SourceText source, string text, IReadOnlyCollection<(int Start, SourcePosition Position)> pieces)
        : this(source, text, [.. pieces.Select(piece => piece.Start)], [.. pieces.Select(piece => piece.Position)])
    {
    }

    /// <summary>Part of another line: as long as it, with blanks where the rest was, so that places stay.</summary>
    internal LogicalLine(LogicalLine outer, string text)
        : this(outer._source, text, outer._starts, outer._positions)
    {
    }

    private LogicalLine(SourceText source, string text, int[] starts, SourcePosition[] positions)
    {
        _source = source;
        Text = text;
        _starts = starts;
        _positions = positions;
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
        int found = Array.BinarySearch(_starts, index);
        int piece = found >= 0 ? found : ~found - 1;

        // Of lines that begin at one place, all but the last are empty.
        while (piece + 1 < _starts.Length && _starts[piece + 1] == index)
        {
            piece++;
        }

        SourcePosition start = _positions[piece];
        return start with { Column = start.Column + index - _starts[piece] };
    }
}
