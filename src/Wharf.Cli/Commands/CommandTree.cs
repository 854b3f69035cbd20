using Wharf.Cli.CommandLine;
using Wharf.Cli.Commands;
using Wharf.Cli.Commands.Builder;
using Wharf.Cli.Commands.Completion;
using Wharf.Cli.Commands.Containers;
using Wharf.Cli.Commands.Daemon;
using Wharf.Cli.Commands.Images;
using Wharf.Cli.Commands.Networks;
using Wharf.Cli.Commands.Volumes;

namespace Wharf.Cli;

/// <summary>Every command, where it is found, and what it is for. Nothing here costs anything until the command is asked for.</summary>
internal static class CommandTree
{
    internal static IReadOnlyList<CommandGroup> Groups { get; } =
    [
        new("builder", "Manage builds",
        [
            new("build", "Build an image from a Dockerfile", static () => new BuildCommand()),
            new("prune", "Remove build cache", static () => new PruneBuilderCommand()),
        ]),
        new("container", "Manage containers",
        [
            new("attach", "Attach to the input and output of a running container", static () => new AttachCommand()) { Shortcut = "attach" },
            new("commit", "Make an image from a container's changes", static () => new CommitCommand()) { Shortcut = "commit" },
            new("cp", "Copy files between a container and this machine", static () => new CopyCommand()) { Shortcut = "cp" },
            new("create", "Create a container without starting it", static () => new CreateCommand()) { Shortcut = "create" },
            new("diff", "Show which files of a container have changed", static () => new DiffCommand()) { Shortcut = "diff" },
            new("exec", "Run a command in a running container", static () => new ExecCommand()) { Shortcut = "exec", IsCommon = true },
            new("export", "Write a container's files as a tar archive", static () => new ExportCommand()) { Shortcut = "export" },
            new("inspect", "Show all about one or more containers", static () => new InspectCommand("container", "CONTAINER [CONTAINER...]", Operand.Container)),
            new("kill", "Kill one or more running containers", static () => new KillCommand()) { Shortcut = "kill" },
            new("logs", "Show what a container has written", static () => new LogsCommand()) { Shortcut = "logs" },
            new("ls", "List containers", static () => new ListContainersCommand()) { Shortcut = "ps", Aliases = ["list", "ps"], IsCommon = true },
            new("pause", "Halt all processes of one or more containers", static () => new PauseCommand()) { Shortcut = "pause" },
            new("port", "List the published ports of a container", static () => new PortCommand()) { Shortcut = "port" },
            new("prune", "Remove all stopped containers", static () => new PruneContainersCommand()),
            new("rename", "Rename a container", static () => new RenameCommand()) { Shortcut = "rename" },
            new("restart", "Restart one or more containers", static () => new RestartCommand()) { Shortcut = "restart" },
            new("rm", "Remove one or more containers", static () => new RemoveCommand()) { Shortcut = "rm", Aliases = ["remove"] },
            new("run", "Make a container from an image and run it", static () => new RunCommand()) { Shortcut = "run", IsCommon = true },
            new("start", "Start one or more stopped containers", static () => new StartCommand()) { Shortcut = "start" },
            new("stats", "Show what containers use, as it changes", static () => new StatsCommand()) { Shortcut = "stats" },
            new("stop", "Stop one or more running containers", static () => new StopCommand()) { Shortcut = "stop" },
            new("top", "Show the processes of a container", static () => new TopCommand()) { Shortcut = "top" },
            new("unpause", "Let the processes of halted containers go on", static () => new UnpauseCommand()) { Shortcut = "unpause" },
            new("update", "Change the limits of one or more containers", static () => new UpdateCommand()) { Shortcut = "update" },
            new("wait", "Wait until containers stop, and print their exit codes", static () => new WaitCommand()) { Shortcut = "wait" },
        ]),
        new("image", "Manage images",
        [
            new("build", "Build an image from a Dockerfile", static () => new BuildCommand()) { Shortcut = "build", IsCommon = true },
            new("history", "Show how an image was made", static () => new HistoryCommand()) { Shortcut = "history" },
            new("import", "Make an image from a tar archive of files", static () => new ImportCommand()) { Shortcut = "import" },
            new("inspect", "Show all about one or more images", static () => new InspectCommand("image", "IMAGE [IMAGE...]", Operand.Image)),
            new("load", "Load images from a tar archive or STDIN", static () => new LoadCommand()) { Shortcut = "load" },
            new("ls", "List images", static () => new ListImagesCommand()) { Shortcut = "images", Aliases = ["list"], IsCommon = true },
            new("prune", "Remove unused images", static () => new PruneImagesCommand()),
            new("pull", "Download an image from a registry", static () => new PullCommand()) { Shortcut = "pull", IsCommon = true },
            new("push", "Upload an image to a registry", static () => new PushCommand()) { Shortcut = "push", IsCommon = true },
            new("rm", "Remove one or more images", static () => new RemoveImagesCommand()) { Shortcut = "rmi", Aliases = ["remove"] },
            new("save", "Write images to a tar archive or STDOUT", static () => new SaveCommand()) { Shortcut = "save" },
            new("tag", "Give an image another name", static () => new TagCommand()) { Shortcut = "tag" },
        ]),
        new("network", "Manage networks",
        [
            new("connect", "Connect a container to a network", static () => new ConnectCommand()),
            new("create", "Create a network", static () => new CreateNetworkCommand()),
            new("disconnect", "Disconnect a container from a network", static () => new DisconnectCommand()),
            new("inspect", "Show all about one or more networks", static () => new InspectCommand("network", "NETWORK [NETWORK...]", Operand.Network)),
            new("ls", "List networks", static () => new ListNetworksCommand()) { Aliases = ["list"] },
            new("prune", "Remove all unused networks", static () => new PruneNetworksCommand()),
            new("rm", "Remove one or more networks", static () => new RemoveNetworksCommand()) { Aliases = ["remove"] },
        ]),
        new("system", "Manage the engine",
        [
            new("df", "Show what takes how much on disk", static () => new DiskUsageCommand()),
            new("events", "Show what happens, as it happens", static () => new EventsCommand()) { Shortcut = "events" },
            new("fsck", "Verify the store of images and layers", static () => new CheckStoreCommand()),
            new("info", "Show all about the engine", static () => new InfoCommand()) { Shortcut = "info", IsCommon = true },
            new("prune", "Remove unused data", static () => new PruneSystemCommand()),
        ]),
        new("volume", "Manage volumes",
        [
            new("create", "Create a volume", static () => new CreateVolumeCommand()),
            new("inspect", "Show all about one or more volumes", static () => new InspectCommand("volume", "VOLUME [VOLUME...]", Operand.Volume)),
            new("ls", "List volumes", static () => new ListVolumesCommand()) { Aliases = ["list"] },
            new("prune", "Remove unused volumes", static () => new PruneVolumesCommand()),
            new("rm", "Remove one or more volumes", static () => new RemoveVolumesCommand()) { Aliases = ["remove"] },
        ]),
    ];

    /// <summary>What is found without a group: the shortcuts, and what belongs to no noun.</summary>
    internal static IReadOnlyList<CommandEntry> TopLevel { get; } =
    [
        .. Groups.SelectMany(group => group.Entries).Where(entry => entry.Shortcut is not null),
        new("login", "Log in to a registry", static () => new LoginCommand()) { Shortcut = "login", IsCommon = true },
        new("logout", "Log out from a registry", static () => new LogoutCommand()) { Shortcut = "logout", IsCommon = true },
        new("search", "Search a registry for images", static () => new SearchCommand()) { Shortcut = "search" },
        new("version", "Show the versions of client and engine", static () => new VersionCommand()) { Shortcut = "version", IsCommon = true },
        new("inspect", "Show all about containers, images, networks, volumes", static () => new InspectCommand(null, "NAME|ID [NAME|ID...]", Operand.Container)) { Shortcut = "inspect" },
        new("completion", "Print the completion script of a shell", static () => new CompletionCommand()) { Shortcut = "completion" },
        new("help", "Help about a command", static () => new HelpCommand()) { Shortcut = "help" },
    ];

    /// <summary>Asked for by the completion scripts, and listed nowhere.</summary>
    private static readonly CommandEntry s_complete = new("__complete", "Complete a command line", static () => new CompleteCommand());

    internal static CommandGroup? FindGroup(string name) => Groups.FirstOrDefault(group => group.Name == name);

    /// <param name="rest">The words after those that name the command.</param>
    internal static FoundCommand? Find(IReadOnlyList<string> words, out ReadOnlySpan<string> rest)
    {
        string[] all = [.. words];
        if (words.Count > 1 && FindGroup(words[0]) is { } group)
        {
            rest = all.AsSpan(2);
            CommandEntry? member = group.Entries.FirstOrDefault(entry => entry.Name == words[1] || entry.Aliases.Contains(words[1]));
            return member is null ? null : Found(member, $"{group.Name} {words[1]}", group);
        }

        rest = all.AsSpan(1);
        if (words[0] == s_complete.Name)
        {
            return Found(s_complete, s_complete.Name, null);
        }

        CommandEntry? top = TopLevel.FirstOrDefault(entry => entry.Shortcut == words[0]);
        return top is null ? null : Found(top, words[0], Groups.FirstOrDefault(candidate => candidate.Entries.Contains(top)));
    }

    private static FoundCommand Found(CommandEntry entry, string path, CommandGroup? group)
    {
        IEnumerable<string> grouped = group is null ? [] : entry.Aliases.Prepend(entry.Name).Select(name => $"wharf {group.Name} {name}");
        string[] paths = [.. grouped, .. entry.Shortcut is null ? (string[])[] : [$"wharf {entry.Shortcut}"]];
        return new FoundCommand(entry, path, paths.Length > 1 ? paths : []);
    }
}
