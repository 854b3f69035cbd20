using System.Net.Sockets;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Terminals;

namespace Wharf.Cli;

/// <summary>From the words on the command line to an exit code: global flags, the command, its flags, its run, and every failure's wording.</summary>
internal static class WharfProgram
{
    internal static int Run(string[] words, Streams streams)
    {
        try
        {
            int code = Dispatch(words, streams);
            streams.Flush();
            return code;
        }
        catch (IOException e) when (IsClosedPipe(e))
        {
            // Whoever read our output has seen enough (`wharf ps | head`).
            return ExitCodes.Failure;
        }
    }

    private static int Dispatch(string[] words, Streams streams)
    {
        var globals = new GlobalOptions();
        List<string> rest;
        try
        {
            rest = globals.Options.Parse(words, interspersed: false);
        }
        catch (UsageException e)
        {
            streams.Error.Write($"{e.Message}\n\nUsage:  wharf [OPTIONS] COMMAND [ARG...]\n\nRun 'wharf --help' for more information\n");
            return e.ExitCode;
        }

        if (globals.Version)
        {
            streams.Out.WriteLine(ProductVersion.Line);
            return ExitCodes.Success;
        }

        if (rest.Count == 0)
        {
            streams.Out.Write(HelpPage.OfProgram(globals.Options, streams.Columns));
            return ExitCodes.Success;
        }

        if (CommandTree.FindGroup(rest[0]) is { } group && (rest.Count == 1 || rest[1] is "--help" or "-h"))
        {
            streams.Out.Write(HelpPage.OfGroup(group));
            return ExitCodes.Success;
        }

        if (CommandTree.Find(rest, out ReadOnlySpan<string> arguments) is not { } found)
        {
            ReportUnknown(rest, streams.Error);
            return ExitCodes.Failure;
        }

        using var context = new CommandContext(streams, globals);
        return RunCommand(found, arguments, context);
    }

    private static int RunCommand(FoundCommand found, ReadOnlySpan<string> words, CommandContext context)
    {
        Command command = found.Entry.Make();
        try
        {
            List<string> arguments = command.Options.Parse(words, command.FlagsAfterArguments);
            if (command.Options.HelpWanted)
            {
                context.Out.Write(HelpPage.OfCommand(command, found.Entry, found.Path, found.AllPaths, context.Streams.Columns));
                return ExitCodes.Success;
            }

            command.Arity.Check(arguments.Count, $"wharf {found.Path}");
            return command.Run(context, arguments);
        }
        catch (UsageException e)
        {
            context.Streams.Flush();
            string name = e.Named ? "wharf: " : "";
            context.Error.Write(
                $"{name}{e.Message}\n\nUsage:  {HelpPage.UsageLine(command, found.Path)}\n\nRun 'wharf {found.Path} --help' for more information\n");
            return e.ExitCode;
        }
        catch (Exception e) when (Describe(e) is { } message && !IsClosedPipe(e))
        {
            context.Streams.Flush();
            int code = e is CommandFailure failure ? failure.ExitCode : ExitCodes.Failure;
            if (!command.FailsAs125 || e is CommandFailure { Plain: true })
            {
                context.Error.WriteLine(message);
                return code;
            }

            context.Error.Write($"wharf: {message}\n\nRun 'wharf {found.Path} --help' for more information\n");
            return code == ExitCodes.Failure ? ExitCodes.DaemonOrUsage : code;
        }
    }

    /// <summary>What to tell the caller; null for what only a bug can cause.</summary>
    internal static string? Describe(Exception exception) => exception switch
    {
        CommandFailure => exception.Message,
        DockerApiException => $"Error response from daemon: {exception.Message}",
        DockerUnreachableException { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } refused =>
            $"permission denied while trying to connect to the Wharf daemon at {refused.Endpoint.Text}: be root, or a member of the group \"wharf\"",
        DockerUnreachableException unreachable =>
            $"Cannot connect to the Wharf daemon at {unreachable.Endpoint.Text}. Is the wharf daemon running?",
        FormatException or IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };

    private static void ReportUnknown(List<string> words, TextWriter error)
    {
        if (CommandTree.FindGroup(words[0]) is { } group)
        {
            error.WriteLine($"wharf: '{words[0]} {words[1]}' is not a wharf command.");
            Suggest(Suggestions.For(words[1], group.Entries.Select(entry => entry.Name)).Select(name => $"{group.Name} {name}"), error);
            error.WriteLine($"\nRun 'wharf {group.Name} --help' for more information");
            return;
        }

        error.WriteLine($"wharf: '{words[0]}' is not a wharf command.");
        IEnumerable<string> names = CommandTree.TopLevel.Select(entry => entry.Shortcut!).Concat(CommandTree.Groups.Select(known => known.Name));
        Suggest(Suggestions.For(words[0], names), error);
        error.WriteLine("\nRun 'wharf --help' for more information");
    }

    private static void Suggest(IEnumerable<string> names, TextWriter error)
    {
        string joined = string.Join(", ", names);
        if (joined.Length > 0)
        {
            error.WriteLine($"Did you mean: {joined}");
        }
    }

    private static bool IsClosedPipe(Exception exception) =>
        StandardStream.IsClosedPipe(exception);
}
