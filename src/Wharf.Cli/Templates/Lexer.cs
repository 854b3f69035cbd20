using System.Globalization;
using System.Text;

namespace Wharf.Cli.Templates;

internal enum TokenKind
{
    Text,
    Open,
    Close,
    Field,
    Identifier,
    Variable,
    Literal,
    Dot,
    Pipe,
    OpenParenthesis,
    CloseParenthesis,
    Assign,
    Comma,
    End,
}

/// <param name="Value">The text, the name without its dot, or the value of a literal.</param>
/// <param name="Spaced">Whether a space stands before it: <c>(f).A</c> is a field of the result, <c>(f) .A</c> is another argument.</param>
internal readonly record struct Token(TokenKind Kind, object? Value, bool Spaced = false)
{
    internal string Name => (string)Value!;
}

/// <summary>Cuts a template into text and the tokens of its actions; <c>{{-</c> and <c>-}}</c> eat the space beside them.</summary>
internal sealed class Lexer(string source)
{
    private int _at;

    internal List<Token> Run()
    {
        List<Token> tokens = [];
        bool trim = false;
        while (_at < source.Length)
        {
            int open = source.IndexOf("{{", _at, StringComparison.Ordinal);
            string text = open < 0 ? source[_at..] : source[_at..open];
            _at = open < 0 ? source.Length : open + 2;
            bool trimsLeft = open >= 0 && Follows("- ");
            text = trim ? text.TrimStart() : text;
            text = trimsLeft ? text.TrimEnd() : text;
            if (text.Length > 0)
            {
                tokens.Add(new Token(TokenKind.Text, text));
            }

            if (open < 0)
            {
                break;
            }

            _at += trimsLeft ? 2 : 0;
            trim = ReadAction(tokens);
        }

        tokens.Add(new Token(TokenKind.End, null));
        return tokens;
    }

    /// <returns>Whether the text after it is to lose its leading space.</returns>
    private bool ReadAction(List<Token> tokens)
    {
        if (Follows("/*"))
        {
            int end = source.IndexOf("*/", _at, StringComparison.Ordinal);
            _at = end < 0 ? throw new TemplateException("template: :1: unclosed comment") : end + 2;
            return Close() ?? throw new TemplateException("template: :1: comment ends before closing delimiter");
        }

        tokens.Add(new Token(TokenKind.Open, null));
        while (true)
        {
            int before = _at;
            while (_at < source.Length && char.IsWhiteSpace(source[_at]) && !Follows(" -}}"))
            {
                _at++;
            }

            if (Close() is { } trims)
            {
                tokens.Add(new Token(TokenKind.Close, null));
                return trims;
            }

            if (_at >= source.Length)
            {
                throw new TemplateException("template: :1: unclosed action");
            }

            tokens.Add(ReadToken() with { Spaced = _at > before && before < source.Length && char.IsWhiteSpace(source[before]) });
        }
    }

    private bool? Close()
    {
        if (Follows(" -}}"))
        {
            _at += 4;
            return true;
        }

        if (Follows("}}"))
        {
            _at += 2;
            return false;
        }

        return null;
    }

    private Token ReadToken()
    {
        char first = source[_at];
        switch (first)
        {
            case '"':
                return new Token(TokenKind.Literal, ReadQuoted());
            case '`':
                return new Token(TokenKind.Literal, ReadRaw());
            case '\'':
                return new Token(TokenKind.Literal, ReadCharacter());
            case '|':
                return Single(TokenKind.Pipe);
            case '(':
                return Single(TokenKind.OpenParenthesis);
            case ')':
                return Single(TokenKind.CloseParenthesis);
            case ',':
                return Single(TokenKind.Comma);
            case '=':
                return Single(TokenKind.Assign);
            case ':' when Follows(":="):
                _at++;
                return Single(TokenKind.Assign);
            case '.':
                _at++;
                string field = ReadName();
                return field.Length > 0 ? new Token(TokenKind.Field, field) : new Token(TokenKind.Dot, null);
            case '$':
                _at++;
                return new Token(TokenKind.Variable, "$" + ReadName());
        }

        if (char.IsAsciiDigit(first) || ((first is '-' or '+') && _at + 1 < source.Length && char.IsAsciiDigit(source[_at + 1])))
        {
            return new Token(TokenKind.Literal, ReadNumber());
        }

        string name = ReadName();
        return name switch
        {
            "" => throw new TemplateException($"template: :1: unexpected \"{first}\" in operand"),
            "true" or "false" => new Token(TokenKind.Literal, name == "true"),
            "nil" => new Token(TokenKind.Literal, null),
            _ => new Token(TokenKind.Identifier, name),
        };
    }

    private Token Single(TokenKind kind)
    {
        _at++;
        return new Token(kind, null);
    }

    private string ReadName()
    {
        int start = _at;
        while (_at < source.Length && (char.IsLetterOrDigit(source[_at]) || source[_at] == '_'))
        {
            _at++;
        }

        return source[start.._at];
    }

    private object ReadNumber()
    {
        int start = _at++;
        while (_at < source.Length && (char.IsLetterOrDigit(source[_at]) || source[_at] is '.' or '_'))
        {
            _at++;
        }

        string text = source[start.._at];
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? (object)whole
            : text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out long hex) ? hex
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real
            : throw new TemplateException($"template: :1: bad number syntax: \"{text}\"");
    }

    private string ReadRaw()
    {
        int end = source.IndexOf('`', _at + 1);
        string text = end < 0 ? throw new TemplateException("template: :1: unterminated raw quoted string") : source[(_at + 1)..end];
        _at = end + 1;
        return text;
    }

    private long ReadCharacter()
    {
        int end = source.IndexOf('\'', _at + 2);
        if (end != _at + 2)
        {
            throw new TemplateException("template: :1: malformed character constant");
        }

        long code = source[_at + 1];
        _at = end + 1;
        return code;
    }

    private string ReadQuoted()
    {
        var text = new StringBuilder();
        for (_at++; _at < source.Length && source[_at] is not ('"' or '\n'); _at++)
        {
            if (source[_at] != '\\' || _at + 1 == source.Length)
            {
                text.Append(source[_at]);
                continue;
            }

            text.Append(source[++_at] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' => '\\',
                '"' => '"',
                _ => throw new TemplateException("template: :1: invalid escape in quoted string"),
            });
        }

        if (_at >= source.Length || source[_at] != '"')
        {
            throw new TemplateException("template: :1: unterminated quoted string");
        }

        _at++;
        return text.ToString();
    }

    private bool Follows(string text) => string.CompareOrdinal(source, _at, text, 0, text.Length) == 0;
}
