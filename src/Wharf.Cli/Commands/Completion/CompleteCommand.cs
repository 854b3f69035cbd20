using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Connection;

namespace Wharf.Cli.Commands.Completion;

/// <summary>
/// Answers the completion scripts: given the words of a line, the last one unfinished, prints what that one may become, with a tab and a
/// description, or <c>:files</c> where the shell should offer files.
/// </summary>
internal sealed class CompleteCommand() : Command("[WORD...]", Arity.Any)
{
    private const string Files = ":files";

    internal override bool FlagsAfterArguments => false;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string unfinished = arguments.Count > 0 ? arguments[^1] : "";
        string[] finished = [.. arguments.SkipLast(1)];
        foreach ((string word, string about) in Candidates(context.Globals, finished, unfinished))
        {
            if (word == Files || word.StartsWith(unfinished, StringComparison.Ordinal))
            {
                context.Out.WriteLine(about.Length > 0 ? $"{word}\t{about}" : word);
            }
        }

        return ExitCodes.Success;
    }

    private static IEnumerable<(string Word, string About)> Candidates(GlobalOptions own, string[] finished, string unfinished)
    {
        var globals = new GlobalOptions();
        List<string> words;
        try
        {
            words = globals.Options.Parse(finished, interspersed: false);
        }
        catch (UsageException)
        {
            return [];
        }

        if (words.Count == 0)
        {
            return unfinished.StartsWith('-') ? Flags(globals.Options) :
            [
                .. CommandTree.TopLevel.Select(entry => (entry.Shortcut!, entry.Summary)),
                .. CommandTree.Groups.Select(group => (group.Name, group.Summary)),
            ];
        }

        if (words.Count == 1 && CommandTree.FindGroup(words[0]) is { } group)
        {
            return group.Entries.Select(entry => (entry.Name, entry.Summary));
        }

        return CommandTree.Find(words, out ReadOnlySpan<string> rest) is { } found
            ? OfCommand(globals.NamesDaemon ? globals : own, found.Entry.Make(), rest.ToArray(), unfinished)
            : [];
    }

    private static IEnumerable<(string Word, string About)> OfCommand(GlobalOptions globals, Command command, string[] words, string unfinished)
    {
        int arguments;
        try
        {
            arguments = command.Options.Parse(words, command.FlagsAfterArguments).Count;
        }
        catch (UsageException)
        {
            // A flag still waits for its value, which mostly is a file or a text of the user's own.
            return [(Files, "")];
        }

        bool flagsMayFollow = command.FlagsAfterArguments || arguments == 0;
        if (unfinished.StartsWith('-') && flagsMayFollow)
        {
            return Flags(command.Options);
        }

        if (!command.FlagsAfterArguments && arguments > 0)
        {
            return [(Files, "")];
        }

        return arguments < command.Arity.Most ? Names(globals, command.Operand, arguments) : [];
    }

    private static IEnumerable<(string Word, string About)> Flags(OptionSet options) =>
        options.All.Select(option => ($"--{option.Name}", option.Help.Split('\n')[0]));

    private static IEnumerable<(string Word, string About)> Names(GlobalOptions globals, Operand operand, int place)
    {
        try
        {
            // Pressing Tab starts no daemon.
            using DockerClient engine = EngineConnection.Open(globals, announce: null);
            IEnumerable<(string Word, string About)> names = operand switch
            {
                Operand.Container => Containers(engine, static _ => true),
                Operand.RunningContainer => Containers(engine, static container => container.State is "running" or "paused"),
                Operand.StoppedContainer => Containers(engine, static container => container.State is "created" or "exited"),
                Operand.Image => engine.Send(ApiRequest.Get("/images/json"), ApiJson.Default.ListImageSummary)
                    .SelectMany(image => image.RepoTags).Select(tag => (tag, "")),
                Operand.Network when place > 0 => Containers(engine, static _ => true),
                Operand.Network => engine.Send(ApiRequest.Get("/networks"), ApiJson.Default.ListNetwork).Select(network => (network.Name, network.Driver)),
                Operand.Volume => engine.Send(ApiRequest.Get("/volumes"), ApiJson.Default.VolumeListResponse).Volumes.Select(volume => (volume.Name, "")),
                Operand.File => [(Files, "")],
                _ => [],
            };
            return [.. names];
        }
        catch (Exception e) when (e is DockerApiException or IOException)
        {
            // Completion without a daemon offers what it can: nothing.
            return [];
        }
    }

    private static IEnumerable<(string Word, string About)> Containers(DockerClient engine, Func<ContainerSummary, bool> wanted) =>
        engine.Send(ApiRequest.Get("/containers/json?all=1"), ApiJson.Default.ListContainerSummary)
            .Where(wanted)
            .SelectMany(container => container.Names.Select(name => (name.TrimStart('/'), container.Image)));
}
