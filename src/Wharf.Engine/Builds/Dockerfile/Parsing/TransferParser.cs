namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>COPY and ADD.</summary>
internal static class TransferParser
{
    private static readonly string[] Common = ["chown", "chmod", "link", "exclude+"];

    internal static CopyInstruction Copy(RawInstruction raw, IReadOnlyList<Heredoc> heredocs)
    {
        IReadOnlyList<Word> words = Words(raw);
        var flags = new FlagSet(raw, [.. Common, "from", "parents"]);
        FileTransfer transfer = Transfer(raw, words, heredocs, flags);
        return new CopyInstruction(raw.Origin, transfer, From(raw, flags.Word("from")), flags.Boolean("parents") ?? false);
    }

    internal static AddInstruction Add(RawInstruction raw, IReadOnlyList<Heredoc> heredocs)
    {
        IReadOnlyList<Word> words = Words(raw);
        var flags = new FlagSet(raw, [.. Common, "keep-git-dir", "checksum", "unpack"]);
        FileTransfer transfer = Transfer(raw, words, heredocs, flags);
        return new AddInstruction(raw.Origin, transfer, flags.Word("checksum"), flags.Boolean("keep-git-dir"), flags.Boolean("unpack"));
    }

    private static IReadOnlyList<Word> Words(RawInstruction raw)
    {
        IReadOnlyList<Word> words = raw.Json() ?? raw.WordsAtBlanks();
        return words.Count > 1
            ? words
            : throw raw.Error($"{raw.Name} requires at least two arguments, but only one was provided. Destination could not be determined");
    }

    private static FileTransfer Transfer(RawInstruction raw, IReadOnlyList<Word> words, IReadOnlyList<Heredoc> heredocs, FlagSet flags)
    {
        Word destination = words[^1];
        if (heredocs.Count > 0 && HeredocMark.Parse(destination.Text) is not null)
        {
            throw raw.Error($"{raw.Name} cannot accept a heredoc as a destination", destination.Source);
        }

        Word[] sources = [.. words.Take(words.Count - 1).Where(word => heredocs.Count == 0 || HeredocMark.Parse(word.Text) is null)];
        return new FileTransfer(
            sources,
            heredocs,
            destination,
            flags.Word("chown"),
            flags.Word("chmod"),
            flags.Boolean("link") ?? false,
            [.. flags.All("exclude").Select(flag => flag.Value!.Value.Text)]);
    }

    /// <summary>Which stages a build needs must be known before anything is expanded.</summary>
    private static string? From(RawInstruction raw, Word? from)
    {
        if (from is { } word && word.Text.AsSpan().ContainsAny("$\"'\\"))
        {
            const string Problem = "variable expansion is not supported for --from, "
                + "define a new stage with FROM using ARG from global scope as a workaround";
            throw raw.Error(Problem, word.Source);
        }

        return from?.Text;
    }
}
