using System.Text.Json;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>An instruction taken apart into keyword, flags and the rest, which each kind of instruction reads in one of four ways.</summary>
internal sealed class RawInstruction
{
    /// <summary>What separates the words of an instruction.</summary>
    internal const string Blanks = " \t\v\f\r";

    private readonly LogicalLine _line;
    private readonly char _escape;
    private readonly int _start;
    private readonly int _end;

    /// <exception cref="DockerfileException">A flag is not one.</exception>
    internal RawInstruction(LogicalLine line, char escape, IReadOnlyList<string> comments)
    {
        _line = line;
        _escape = escape;
        string text = line.Text;
        int start = text.Length - text.TrimStart().Length;
        int keyword = start;
        while (keyword < text.Length && !IsBlank(text[keyword]))
        {
            keyword++;
        }

        Origin = new InstructionOrigin(text[start..keyword], text.Trim(), line.Whole, comments);
        Flags = new FlagReader(line, escape).Read(keyword, out int rest);
        _end = text.TrimEnd().Length;
        _start = Math.Min(rest, _end);
        while (_start < _end && char.IsWhiteSpace(text[_start]))
        {
            _start++;
        }
    }

    internal InstructionOrigin Origin { get; }

    /// <summary>In upper case.</summary>
    internal string Name => Origin.Keyword.ToUpperInvariant();

    internal IReadOnlyList<Flag> Flags { get; }

    /// <summary>Everything behind the flags; empty when there is nothing.</summary>
    internal Word Rest => _line.Word(_start, _end);

    internal LogicalLine Line => _line;

    /// <summary>The rest as an instruction of its own, for ONBUILD.</summary>
    internal RawInstruction Nested()
    {
        string blank = new(' ', _start);
        var inner = new LogicalLine(_line, blank + _line.Text[_start.._end]);
        return new RawInstruction(inner, _escape, Origin.Comments);
    }

    internal DockerfileException Error(string problem) => Error(problem, Origin.Source);

    /// <summary>In the words that start every message of Docker's parser.</summary>
    internal DockerfileException Error(string problem, SourceRange place) =>
        place.Error($"dockerfile parse error on line {Origin.Source.Start.Line}: {problem}");

    /// <exception cref="DockerfileException">There is nothing behind the flags.</exception>
    internal void RequireArguments()
    {
        if (_start == _end)
        {
            throw Error($"{Name} requires at least one argument");
        }
    }

    /// <summary>The rest as one word.</summary>
    /// <exception cref="DockerfileException">It is empty.</exception>
    internal Word OnlyArgument() => _start < _end ? Rest : throw Error($"{Name} requires exactly one argument");

    /// <summary>The words of the rest; quotes have no meaning.</summary>
    internal IReadOnlyList<Word> WordsAtBlanks()
    {
        List<Word> words = [];
        for (int at = _start; at < _end;)
        {
            int start = at;
            while (at < _end && !IsBlank(_line.Text[at]))
            {
                at++;
            }

            if (at > start)
            {
                words.Add(_line.Word(start, at));
            }

            at++;
        }

        return words;
    }

    /// <summary>The words of the rest; a blank between quotes or behind an escape splits nothing. Quotes and escapes stay.</summary>
    internal IReadOnlyList<Word> WordsOutsideQuotes()
    {
        List<Word> words = [];
        string text = _line.Text;
        for (int at = _start; at < _end;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            int start = at;
            char quote = '\0';
            for (; at < _end && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
            {
                if (text[at] == _escape && quote != '\'')
                {
                    at++;
                }
                else if (quote == '\0' && text[at] is '"' or '\'')
                {
                    quote = text[at];
                }
                else if (text[at] == quote)
                {
                    quote = '\0';
                }
            }

            at = Math.Min(at, _end);
            words.Add(_line.Word(start, at));
        }

        return words;
    }

    /// <summary>The exec form: a JSON array of strings. Null when the text is no JSON, which makes it the shell form.</summary>
    /// <exception cref="DockerfileException">An array, but not of strings.</exception>
    internal IReadOnlyList<Word>? Json() => Json(Rest);

    /// <inheritdoc cref="Json()"/>
    internal IReadOnlyList<Word>? Json(Word text)
    {
        if (!text.Text.StartsWith('['))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text.Text);
            JsonElement[] elements = [.. document.RootElement.EnumerateArray()];
            return elements.All(element => element.ValueKind == JsonValueKind.String)
                ? [.. elements.Select(element => text with { Text = element.GetString()! })]
                : throw Error("when using JSON array syntax, arrays must be comprised of strings only", text.Source);
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON; or JSON that names half of a surrogate pair, which is no text.
            return null;
        }
    }

    /// <summary>What takes either form, as a command.</summary>
    internal CommandLine Command()
    {
        RequireArguments();
        return Json() is { } words
            ? new CommandLine([.. words.Select(word => word.Text)], IsShellForm: false)
            : new CommandLine([Rest.Text], IsShellForm: true);
    }

    private static bool IsBlank(char c) => Blanks.Contains(c);
}
