namespace Wharf.Engine.Builds.Dockerfile.Parsing;

internal static class CommandParser
{
    internal static CmdInstruction Cmd(RawInstruction raw)
    {
        _ = new FlagSet(raw);
        return new CmdInstruction(raw.Origin, raw.Command());
    }

    internal static EntrypointInstruction Entrypoint(RawInstruction raw)
    {
        _ = new FlagSet(raw);
        return new EntrypointInstruction(raw.Origin, raw.Command());
    }

    internal static ShellInstruction Shell(RawInstruction raw)
    {
        _ = new FlagSet(raw);
        CommandLine command = raw.Command();
        return command switch
        {
            { IsShellForm: true } => throw raw.Error("SHELL requires the arguments to be in JSON form"),
            { Arguments: [] } => throw raw.Error("SHELL requires at least one argument"),
            _ => new ShellInstruction(raw.Origin, command.Arguments),
        };
    }
}
