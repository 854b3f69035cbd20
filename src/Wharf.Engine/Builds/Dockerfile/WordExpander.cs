namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// Gives words their values: substitutes variables and takes quotes and escapes away, as the Dockerfile reference's section "Environment
/// replacement" says. It remembers which variables it looked at.
/// </summary>
internal sealed class WordExpander(char escape, IReadOnlyDictionary<string, string> variables)
{
    private readonly HashSet<string> _used = [];
    private readonly HashSet<string> _unset = [];

    /// <summary>Variables that words named and that have a value.</summary>
    internal IReadOnlySet<string> Used => _used;

    /// <summary>Variables that words named and that have none.</summary>
    internal IReadOnlySet<string> Unset => _unset;

    /// <exception cref="DockerfileException"/>
    internal Word Expand(Word word) => word with { Text = Read(word).Text };

    /// <exception cref="DockerfileException"/>
    internal Word? Expand(Word? word) => word is { } present ? Expand(present) : null;

    /// <summary>The words that the value splits into at blanks outside quotes; none when it is empty.</summary>
    /// <exception cref="DockerfileException"/>
    internal IReadOnlyList<Word> ExpandToWords(Word word) => [.. Read(word).Words.Select(text => word with { Text = text })];

    /// <exception cref="DockerfileException"/>
    internal IReadOnlyList<Assignment> Expand(IReadOnlyList<Assignment> assignments) =>
        [.. assignments.Select(assignment => new Assignment(Expand(assignment.Name), Expand(assignment.Value)))];

    /// <exception cref="DockerfileException"/>
    internal FileTransfer Expand(FileTransfer transfer)
    {
        Word? mode = Expand(transfer.Chmod);
        if (mode is { Text.Length: > 0 } given)
        {
            _ = ModeChange.Parse(given);
        }

        return transfer with
        {
            Sources = [.. transfer.Sources.Select(Expand)],
            Heredocs = [.. transfer.Heredocs.Select(Expand)],
            Destination = Expand(transfer.Destination),
            Chown = Expand(transfer.Chown),
            Chmod = mode,
        };
    }

    /// <summary>In a heredoc quotes are text, and <c>\</c> escapes whatever the directive says (BuildKit does so).</summary>
    /// <exception cref="DockerfileException"/>
    internal Heredoc Expand(Heredoc heredoc) => heredoc.IsExpanded
        ? heredoc with
        {
            Content = Read(new WordLexer(heredoc.Text, '\\', WordLexing.QuotesAreText, Find), heredoc.Source).Text,
            IsExpanded = false,
            StripsTabs = false,
        }
        : heredoc;

    /// <summary>An instruction as progress output shows it: quotes stay, and so do variables without a value. Never fails.</summary>
    internal string ForDisplay(string text)
    {
        try
        {
            return new WordLexer(text, escape, WordLexing.KeepQuotes | WordLexing.KeepUnset, Find).ReadAll().Text;
        }
        catch (FormatException)
        {
            return text;
        }
    }

    private (string Text, IReadOnlyList<string> Words) Read(Word word) => Read(new WordLexer(word.Text, escape, WordLexing.None, Find), word.Source);

    private static (string Text, IReadOnlyList<string> Words) Read(WordLexer lexer, SourceRange source)
    {
        try
        {
            return lexer.ReadAll();
        }
        catch (FormatException problem)
        {
            throw source.Error(problem.Message, problem);
        }
    }

    private string? Find(string name)
    {
        if (variables.TryGetValue(name, out string? value))
        {
            _used.Add(name);
            return value;
        }

        _unset.Add(name);
        return null;
    }
}
