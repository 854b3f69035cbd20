namespace Wharf.Engine.Builds.Dockerfile.Parsing;

/// <summary>Which parser reads which instruction.</summary>
internal static class InstructionParser
{
    private static readonly string[] Names =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <exception cref="DockerfileException"/>
    internal static Instruction Parse(RawInstruction raw, IReadOnlyList<Heredoc> heredocs) => raw.Name switch
    {
        "ADD" => TransferParser.Add(raw, heredocs),
        "ARG" => ConfigParser.Arg(raw),
        "CMD" => CommandParser.Cmd(raw),
        "COPY" => TransferParser.Copy(raw, heredocs),
        "ENTRYPOINT" => CommandParser.Entrypoint(raw),
        "ENV" => ConfigParser.Env(raw),
        "EXPOSE" => ConfigParser.Expose(raw),
        "FROM" => FromParser.Parse(raw),
        "HEALTHCHECK" => HealthcheckParser.Parse(raw),
        "LABEL" => ConfigParser.Label(raw),
        "MAINTAINER" => ConfigParser.Maintainer(raw),
        "ONBUILD" => OnbuildParser.Parse(raw, heredocs),
        "RUN" => RunParser.Parse(raw, heredocs),
        "SHELL" => CommandParser.Shell(raw),
        "STOPSIGNAL" => ConfigParser.Stopsignal(raw),
        "USER" => ConfigParser.User(raw),
        "VOLUME" => ConfigParser.Volume(raw),
        "WORKDIR" => ConfigParser.Workdir(raw),
        _ => throw raw.Error($"unknown instruction: {raw.Origin.Keyword}{Suggestion.For(raw.Origin.Keyword, Names)}"),
    };
}
