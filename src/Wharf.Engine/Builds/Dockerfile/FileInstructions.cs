namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>A file that stands in the Dockerfile itself: <c>&lt;&lt;NAME … NAME</c>.</summary>
/// <param name="Content">As written, every line with its end.</param>
/// <param name="IsExpanded">Whether variables are expanded in it: the delimiter is not quoted.</param>
/// <param name="StripsTabs"><c>&lt;&lt;-</c>: tabs that begin a line are not part of it.</param>
internal sealed record Heredoc(string Name, string Content, bool IsExpanded, bool StripsTabs, SourceRange Source)
{
    /// <summary>The content that is meant.</summary>
    internal string Text => StripsTabs ? string.Join('\n', Content.Split('\n').Select(line => line.TrimStart('\t'))) : Content;
}

/// <summary>What COPY and ADD have in common.</summary>
/// <param name="Sources">Paths, patterns and (ADD only) URLs.</param>
/// <param name="Heredocs">Sources that stand in the Dockerfile: each becomes a file of its name.</param>
/// <param name="Excludes">Patterns of <c>--exclude</c>, in order.</param>
internal sealed record FileTransfer(
    IReadOnlyList<Word> Sources,
    IReadOnlyList<Heredoc> Heredocs,
    Word Destination,
    Word? Chown,
    Word? Chmod,
    bool Link,
    IReadOnlyList<string> Excludes);

/// <summary><c>COPY [flags] source… destination</c>.</summary>
/// <param name="From">Name or index of a stage, or an image; null for the build context.</param>
internal sealed record CopyInstruction(InstructionOrigin Origin, FileTransfer Transfer, string? From, bool Parents) : Instruction(Origin)
{
    internal override CopyInstruction Expand(WordExpander expander)
    {
        FileTransfer transfer = expander.Expand(Transfer);
        foreach (Word source in transfer.Sources.Where(source => RemoteSource.IsHttp(source.Text) || RemoteSource.IsGit(source.Text)))
        {
            throw source.Source.Error($"source can't be a {(RemoteSource.IsGit(source.Text) ? "git ref" : "URL")} for COPY");
        }

        return this with { Transfer = transfer };
    }
}

/// <summary><c>ADD [flags] source… destination</c>.</summary>
/// <param name="KeepGitDir">Null when not said.</param>
/// <param name="Unpack">Null when not said: local archives are unpacked, fetched ones are not.</param>
internal sealed record AddInstruction(InstructionOrigin Origin, FileTransfer Transfer, Word? Checksum, bool? KeepGitDir, bool? Unpack)
    : Instruction(Origin)
{
    internal override AddInstruction Expand(WordExpander expander)
    {
        FileTransfer transfer = expander.Expand(Transfer);
        Word? checksum = expander.Expand(Checksum);
        if (checksum is { Text.Length: > 0 } given)
        {
            string? problem = transfer.Sources switch
            {
                [var only] when transfer.Heredocs.Count == 0 => RemoteSource.IsHttp(only.Text) || RemoteSource.IsGit(only.Text)
                    ? null
                    : "checksum requires HTTP(S) or Git sources",
                _ => "checksum can't be specified for multiple sources",
            };
            if (problem is not null)
            {
                throw given.Source.Error(problem);
            }
        }

        return this with { Transfer = transfer, Checksum = checksum };
    }
}
