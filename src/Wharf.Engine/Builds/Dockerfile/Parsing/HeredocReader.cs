namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>Reads the bodies of the heredocs that an instruction announces.</summary>
internal static class HeredocReader
{
    private const int MaxPerInstruction = 256;

    /// <exception cref="DockerfileException">One does not end.</exception>
    internal static IReadOnlyList<Heredoc> Read(RawInstruction instruction, LineReader lines)
    {
        RawInstruction inner = instruction.Name == "ONBUILD" && instruction.Rest.Text.Length > 0 ? instruction.Nested() : instruction;
        if (inner.Name is not ("RUN" or "COPY" or "ADD") || inner.Rest.Text.StartsWith('[') && inner.Json() is not null)
        {
            return [];
        }

        IReadOnlyList<(string Word, HeredocMark Mark)> marks = HeredocMark.Find(instruction.Line.Text);
        if (marks.Count > MaxPerInstruction)
        {
            throw instruction.Error($"more than {MaxPerInstruction} heredocs");
        }

        List<Heredoc> heredocs = [];
        int from = 0;
        foreach ((string word, HeredocMark mark) in marks)
        {
            int at = instruction.Line.Text.IndexOf(word, from, StringComparison.Ordinal);
            SourceRange place = at < 0 ? instruction.Origin.Source : instruction.Line.Range(at, at + word.Length);
            from = at < 0 ? from : at + word.Length;
            heredocs.Add(lines.ReadHeredoc(mark.Name, mark.IsExpanded, mark.StripsTabs, place));
        }

        return heredocs;
    }
}
