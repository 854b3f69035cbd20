using System.Text;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>
/// The lower half of the grammar: directives, comments, continued lines and the bodies of heredocs. It gives one instruction after another,
/// and does not know what they mean.
/// </summary>
internal sealed class LineReader
{
    /// <summary>Larger Dockerfiles than this are no Dockerfiles.</summary>
    internal const int MaxLength = 1 << 20;

    private const int MaxLines = 50_000;
    private const string ByteOrderMark = "\uFEFF";

    private static readonly string[] Directives = ["syntax", "escape", "check"];

    private readonly Dictionary<string, string> _directives = [];
    private readonly List<DockerfileWarning> _warnings;

    /// <summary>With their ends, which heredocs keep.</summary>
    private readonly List<string> _lines = [];

    private bool _isPastDirectives;
    private int _next;

    /// <exception cref="DockerfileException">It is too large.</exception>
    internal LineReader(string text, string name, List<DockerfileWarning> warnings)
    {
        _warnings = warnings;
        text = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? text[1..] : text;
        for (int start = 0; start < text.Length && _lines.Count <= MaxLines;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            _lines.Add(text[start..end]);
            start = end;
        }

        Source = new SourceText(name, [.. _lines.Select(WithoutEnd)]);
        if (text.Length > MaxLength || _lines.Count > MaxLines)
        {
            throw At(1, 1).Error($"the Dockerfile is larger than {MaxLength >> 20} MiB or {MaxLines} lines");
        }
    }

    internal SourceText Source { get; }

    internal char Escape => _directives.TryGetValue("escape", out string? escape) ? escape[0] : '\\';

    internal string? Directive(string name) => _directives.GetValueOrDefault(name);

    /// <summary>The place behind the last line, for what is missing.</summary>
    internal SourceRange EndOfFile => At(Math.Max(1, _lines.Count), 1);

    /// <returns>Null at the end.</returns>
    /// <exception cref="DockerfileException">A directive is wrong.</exception>
    internal LogicalLine? Read(out IReadOnlyList<string> comments)
    {
        List<string> above = [];
        comments = above;
        while (_next < _lines.Count)
        {
            int number = ++_next;
            string line = WithoutEnd(_lines[number - 1]);
            string trimmed = line.TrimStart();
            if (IsDirective(trimmed, number))
            {
                continue;
            }

            if (trimmed.StartsWith('#'))
            {
                Remember(above, trimmed[1..].Trim());
                continue;
            }

            if (trimmed.Length == 0)
            {
                continue;
            }

            LogicalLine? instruction = Join(trimmed, number, line.Length - trimmed.Length + 1);
            if (instruction is not null)
            {
                return instruction;
            }
        }

        return null;
    }

    /// <summary>The body of a heredoc that the instruction just read announces: the lines up to its name.</summary>
    /// <exception cref="DockerfileException">The file ends before.</exception>
    internal Heredoc ReadHeredoc(string name, bool isExpanded, bool stripsTabs, SourceRange announced)
    {
        var content = new StringBuilder();
        while (_next < _lines.Count)
        {
            string line = _lines[_next++];
            string bare = WithoutEnd(line);
            if ((stripsTabs ? bare.TrimStart('\t') : bare) == name)
            {
                return new Heredoc(name, content.ToString(), isExpanded, stripsTabs, announced);
            }

            content.Append(line);
        }

        throw announced.Error($"unterminated heredoc: no line is {GoText.Quote(name)}");
    }

    private static void Remember(List<string> comments, string comment)
    {
        if (comment.Length == 0)
        {
            comments.Clear();
        }
        else
        {
            comments.Add(comment);
        }
    }

    /// <summary>Joins a line with those that continue it. Comments between them are left out, and so are empty lines, with a warning.</summary>
    private LogicalLine? Join(string first, int number, int column)
    {
        var text = new StringBuilder();
        List<(int, SourcePosition)> pieces = [];
        bool hasEmpty = false;
        bool continues = Take(first, number, column);
        while (continues && _next < _lines.Count)
        {
            number = ++_next;
            string line = WithoutEnd(_lines[number - 1]);
            string trimmed = line.TrimStart();
            if (trimmed.StartsWith('#'))
            {
                continue;
            }

            if (trimmed.Length == 0)
            {
                hasEmpty = true;
                continue;
            }

            continues = Take(line, number, 1);
        }

        string joined = text.ToString();
        if (string.IsNullOrWhiteSpace(joined))
        {
            return null;
        }

        if (hasEmpty)
        {
            _warnings.Add(new DockerfileWarning("NoEmptyContinuation", "Empty continuation line", At(number, 1)));
        }

        return new LogicalLine(Source, joined, pieces);

        bool Take(string line, int at, int firstColumn)
        {
            bool isContinued = IsContinued(line, out int length);
            pieces.Add((text.Length, new SourcePosition(at, firstColumn)));
            text.Append(line, 0, length);
            return isContinued;
        }
    }

    /// <summary>The escape is the last character but for blanks, and is not escaped itself.</summary>
    private bool IsContinued(string line, out int length)
    {
        string trimmed = line.TrimEnd(' ', '\t');
        bool isContinued = trimmed.EndsWith(Escape) && (trimmed.Length == 1 || trimmed[^2] != Escape);
        length = isContinued ? trimmed.Length - 1 : line.Length;
        return isContinued;
    }

    private bool IsDirective(string line, int number)
    {
        if (_isPastDirectives)
        {
            return false;
        }

        int equals = line.IndexOf('=', StringComparison.Ordinal);
        string name = line.StartsWith('#') && equals > 0 ? line[1..equals].Trim().ToLowerInvariant() : "";
        string value = line[(equals + 1)..].Trim();
        if (!Directives.Contains(name) || value.Length == 0)
        {
            _isPastDirectives = true;
            return false;
        }

        SourceRange place = At(number, 1);
        if (!_directives.TryAdd(name, value))
        {
            throw place.Error($"only one {name} parser directive can be used");
        }

        return name != "escape" || value is "\\" or "`" ? true : throw place.Error($"invalid escape token '{value}' does not match ` or \\");
    }

    private SourceRange At(int line, int column) => new(Source, new SourcePosition(line, column), new SourcePosition(line, column));

    private static string WithoutEnd(string line) => line.TrimEnd('\r', '\n');
}
