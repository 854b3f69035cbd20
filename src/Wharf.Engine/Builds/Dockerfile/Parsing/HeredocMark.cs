using System.Text.RegularExpressions;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>A word that announces a heredoc: <c>[fd]&lt;&lt;[-]NAME</c>, <c>NAME</c> quoted or not.</summary>
/// <param name="IsExpanded">Whether variables count in the body: no part of the name is quoted (XCU 2.7.4 Here-Document).</param>
internal sealed partial record HeredocMark(string Name, bool IsExpanded, bool StripsTabs)
{
    /// <returns>Null when the word announces nothing.</returns>
    internal static HeredocMark? Parse(string word)
    {
        Match match = Form().Match(word);
        if (!match.Success || match.Groups["name"].Value is not { Length: > 0 } name)
        {
            return null;
        }

        // A name that is quoted is shorter without its quotes.
        return Lex(name, WordLexing.KeepUnset) is [var plain] && Lex(name, WordLexing.KeepUnset | WordLexing.KeepQuotes) is [var quoted]
            ? new HeredocMark(plain, plain == quoted, match.Groups["strip"].Value.Length > 0)
            : null;
    }

    /// <summary>The words of an instruction that announce heredocs, in order.</summary>
    internal static IReadOnlyList<(string Word, HeredocMark Mark)> Find(string instruction) => instruction.Contains("<<", StringComparison.Ordinal)
        ?
        [
            .. Lex(instruction, WordLexing.KeepUnset | WordLexing.KeepQuotes | WordLexing.KeepEscapes)
                .Select(word => (Word: word, Mark: Parse(word)))
                .Where(found => found.Mark is not null)
                .Select(found => (found.Word, found.Mark!)),
        ]
        : [];

    /// <summary>Always with <c>\</c>, whatever the directive says. What the shell would refuse has no heredocs.</summary>
    private static IReadOnlyList<string> Lex(string text, WordLexing how)
    {
        try
        {
            return new WordLexer(text, '\\', how, _ => null).ReadAll().Words;
        }
        catch (FormatException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"\A[0-9]*<<(?<strip>-?)(?>\s*)(?<name>[^<]*)\z")]
    private static partial Regex Form();
}
