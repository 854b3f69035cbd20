namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>The instructions that only describe the image.</summary>
internal static class ConfigParser
{
    internal static EnvInstruction Env(RawInstruction raw) => new(WithoutFlags(raw).Origin, Assignments(raw));

    internal static LabelInstruction Label(RawInstruction raw) => new(WithoutFlags(raw).Origin, Assignments(raw));

    internal static ArgInstruction Arg(RawInstruction raw)
    {
        WithoutFlags(raw).RequireArguments();
        return new ArgInstruction(raw.Origin, [.. raw.WordsOutsideQuotes().Select(word => ToDefinition(raw, word))]);
    }

    internal static WorkdirInstruction Workdir(RawInstruction raw) => new(raw.Origin, WithoutFlags(raw).OnlyArgument());

    internal static UserInstruction User(RawInstruction raw) => new(raw.Origin, WithoutFlags(raw).OnlyArgument());

    internal static StopsignalInstruction Stopsignal(RawInstruction raw) => new(raw.Origin, WithoutFlags(raw).OnlyArgument());

    internal static MaintainerInstruction Maintainer(RawInstruction raw) => new(raw.Origin, WithoutFlags(raw).OnlyArgument().Text);

    /// <summary>In the order of their text, as Docker's history has them.</summary>
    internal static ExposeInstruction Expose(RawInstruction raw)
    {
        WithoutFlags(raw).RequireArguments();
        return new ExposeInstruction(raw.Origin, [.. raw.WordsAtBlanks().OrderBy(word => word.Text, StringComparer.Ordinal)]);
    }

    internal static VolumeInstruction Volume(RawInstruction raw)
    {
        WithoutFlags(raw).RequireArguments();
        Word[] paths = [.. (raw.Json() ?? raw.WordsAtBlanks()).Select(word => word with { Text = word.Text.Trim() })];
        return paths switch
        {
            [] => throw raw.Error("VOLUME requires at least one argument"),
            _ when paths.Any(path => path.Text.Length == 0) => throw raw.Error("VOLUME specified can not be an empty string"),
            _ => new VolumeInstruction(raw.Origin, paths),
        };
    }

    /// <summary><c>a=1 b="2 3"</c>; or, when the first word has no <c>=</c>, the old form: a name, and all the rest is its value.</summary>
    private static IReadOnlyList<Assignment> Assignments(RawInstruction raw)
    {
        raw.RequireArguments();
        IReadOnlyList<Word> words = raw.WordsOutsideQuotes();
        if (words[0].Text.Contains('=', StringComparison.Ordinal))
        {
            return [.. words.Select(word => ToAssignment(raw, word))];
        }

        Word rest = raw.Rest;
        int blank = rest.Text.AsSpan().IndexOfAny(RawInstruction.Blanks);
        return blank > 0
            ? [new Assignment(rest with { Text = rest.Text[..blank] }, rest with { Text = rest.Text.AsSpan(blank).TrimStart(RawInstruction.Blanks).ToString() })]
            : throw raw.Error($"{raw.Name} must have two arguments");
    }

    private static Assignment ToAssignment(RawInstruction raw, Word word)
    {
        int equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        return equals switch
        {
            < 0 => throw raw.Error($"Syntax error - can't find = in {GoText.Quote(word.Text)}. Must be of the form: name=value", word.Source),
            0 => throw raw.Error($"{raw.Name} names can not be blank", word.Source),
            _ => new Assignment(word with { Text = word.Text[..equals] }, word with { Text = word.Text[(equals + 1)..] }),
        };
    }

    private static ArgDefinition ToDefinition(RawInstruction raw, Word word)
    {
        int equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        return equals switch
        {
            < 0 => new ArgDefinition(word.Text, null),
            0 => throw raw.Error("ARG names can not be blank", word.Source),
            _ => new ArgDefinition(word.Text[..equals], word with { Text = word.Text[(equals + 1)..] }),
        };
    }

    private static RawInstruction WithoutFlags(RawInstruction raw)
    {
        _ = new FlagSet(raw);
        return raw;
    }
}
