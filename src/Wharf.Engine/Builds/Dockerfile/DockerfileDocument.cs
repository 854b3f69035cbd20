namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>A parsed Dockerfile. Nothing in it depends on arguments of the build: they are applied when it is planned.</summary>
internal sealed record DockerfileDocument
{
    internal required SourceText Text { get; init; }

    /// <summary><c>\</c>, or <c>`</c> when the directive <c>escape</c> says so.</summary>
    internal char Escape { get; init; } = '\\';

    /// <summary>Of the directive <c>syntax</c>: the frontend that the author had in mind.</summary>
    internal string? Syntax { get; init; }

    /// <summary>Of the directive <c>check</c>: <c>skip=RULE,…;error=true</c>.</summary>
    internal string? Check { get; init; }

    /// <summary>ARG instructions before the first FROM, which FROM instructions see.</summary>
    internal required IReadOnlyList<ArgInstruction> GlobalArguments { get; init; }

    /// <summary>At least one.</summary>
    internal required IReadOnlyList<Stage> Stages { get; init; }

    internal required IReadOnlyList<DockerfileWarning> Warnings { get; init; }
}

/// <summary>A FROM and what follows it.</summary>
internal sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>In lower case; null when it has none.</summary>
    internal string? Name => From.Name;

    /// <summary>What messages call it: its name, or <c>stage-0</c>.</summary>
    internal string DisplayName => Name ?? $"stage-{Index}";
}

/// <summary>A finding that does not stop the build, by the name of Docker's build check.</summary>
internal sealed record DockerfileWarning(string Rule, string Message, SourceRange Source);
