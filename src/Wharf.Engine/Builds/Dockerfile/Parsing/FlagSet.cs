namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>The flags of one instruction, held against those that it knows.</summary>
internal sealed class FlagSet
{
    private readonly RawInstruction _instruction;

    /// <param name="known">Names that may be given once, and those that may be repeated with a <c>+</c> behind them.</param>
    /// <exception cref="DockerfileException">A flag is unknown, or given twice.</exception>
    internal FlagSet(RawInstruction instruction, params string[] known)
    {
        _instruction = instruction;
        HashSet<string> seen = [];
        foreach (Flag flag in instruction.Flags)
        {
            if (known.Contains(flag.Name + "+"))
            {
                continue;
            }

            if (!known.Contains(flag.Name))
            {
                string suggestion = Suggestion.For(flag.Name, known.Select(name => name.TrimEnd('+')));
                throw instruction.Error($"unknown flag: --{flag.Name}{suggestion}", flag.Source);
            }

            if (!seen.Add(flag.Name))
            {
                throw instruction.Error($"duplicate flag specified: --{flag.Name}", flag.Source);
            }
        }
    }

    /// <summary>Null when the flag is not given, or empty.</summary>
    internal Word? Word(string name) => Find(name) is { } flag && ValueOf(flag) is { Text.Length: > 0 } value ? value : null;

    /// <summary>Null when the flag is not given.</summary>
    internal bool? Boolean(string name)
    {
        if (Find(name) is not { } flag)
        {
            return null;
        }

        return flag.Value?.Text.ToLowerInvariant() switch
        {
            null or "true" => true,
            "false" => false,
            "" => throw Missing(flag),
            var other => throw _instruction.Error($"expecting boolean value for flag --{name}, not: {other}", flag.Source),
        };
    }

    /// <summary>Every use of a flag that may be repeated; all have a value.</summary>
    internal IReadOnlyList<Flag> All(string name)
    {
        Flag[] flags = [.. _instruction.Flags.Where(flag => flag.Name == name)];
        return Array.Find(flags, flag => flag.Value is null) is { } empty ? throw Missing(empty) : flags;
    }

    private Flag? Find(string name) => _instruction.Flags.FirstOrDefault(flag => flag.Name == name);

    private Word ValueOf(Flag flag) => flag.Value ?? throw Missing(flag);

    private DockerfileException Missing(Flag flag) => _instruction.Error($"missing a value on flag: --{flag.Name}", flag.Source);
}
