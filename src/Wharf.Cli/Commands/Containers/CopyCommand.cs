using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Copy;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

internal sealed class CopyCommand : Command
{
    private const uint DirectoryBit = 1u << 31; // Go's os.ModeDir
    private const uint LinkBit = 1u << 27;
    private const uint DeviceBit = 1u << 26;
    private const string Standard = "-";
    private readonly Option<bool> _archive;
    private readonly Option<bool> _followLink;
    private readonly Option<bool> _quiet;

    public CopyCommand()
        : base("CONTAINER:SRC_PATH DEST_PATH|-\n       SRC_PATH|- CONTAINER:DEST_PATH", Arity.Exactly(2), Operand.File)
    {
        _archive = Options.Flag("archive", 'a', "Archive mode (copy all uid/gid information)");
        _followLink = Options.Flag("follow-link", 'L', "Always follow symbol link in SRC_PATH");
        _quiet = Options.Flag("quiet", 'q', "Say nothing of what was copied; so it is without a terminal");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (arguments[0].Length == 0)
        {
            throw new CommandFailure("source can not be empty");
        }

        if (arguments[1].Length == 0)
        {
            throw new CommandFailure("destination can not be empty");
        }

        (string? from, string source) = Side(arguments[0]);
        (string? to, string destination) = Side(arguments[1]);
        switch (from, to)
        {
            case ({ } container, null):
                CopyFrom(context, container, source, destination);
                break;
            case (null, { } container):
                CopyTo(context, source, container, destination);
                break;
            case (null, null):
                throw new CommandFailure("must specify at least one container source");
            default:
                throw new CommandFailure("copying between containers is not supported");
        }

        return ExitCodes.Success;
    }

    /// <summary>A path that is absolute or begins with a dot has no container, whatever colons it has.</summary>
    private static (string? Container, string Path) Side(string argument)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        return argument[0] is '/' or '.' || colon < 0 ? (null, argument) : colon == 0 ? (null, argument[1..]) : (argument[..colon], argument[(colon + 1)..]);
    }

    private void CopyFrom(CommandContext context, string container, string path, string destination)
    {
        CopyEnd? target = destination == Standard ? null : LocalDestination.Find(destination);
        var files = new ContainerArchive(context.Engine, container);
        string source = path;
        string? name = null;
        if (_followLink.Value && files.TryStat(path) is { } link && (link.Mode & LinkBit) != 0)
        {
            source = CopyPath.WithEndOf(CopyPath.Follow(path, link.LinkTarget), path);
            name = CopyPath.Split(path).Name;
        }

        using ApiResponse response = files.Read(source);
        if (target is null)
        {
            response.Body.CopyTo(context.Streams.Output);
            return;
        }

        bool isDirectory = (ContainerArchive.StatOf(response).Mode & DirectoryBit) != 0;
        using var archive = new CountingStream(response.Body);
        LocalDestination.Unpack(archive, CopyPlan.Of(new CopyEnd(source, Exists: true, isDirectory, name), target));
        Report(context, archive.Count, CopyPath.WithEndOf(Path.GetFullPath(destination), destination));
    }

    private void CopyTo(CommandContext context, string source, string container, string path)
    {
        var files = new ContainerArchive(context.Engine, container);
        string resolved = path;
        PathStat? stat = files.TryStat(path);
        if (stat is not null && (stat.Mode & LinkBit) != 0)
        {
            resolved = CopyPath.Follow(path, stat.LinkTarget);
            stat = files.TryStat(resolved);
        }

        if (stat is not null && (stat.Mode & DeviceBit) != 0)
        {
            throw new CommandFailure($"destination \"{container}:{path}\" must be a directory or a regular file: got a device");
        }

        var target = new CopyEnd(resolved, stat is not null, stat is not null && (stat.Mode & DirectoryBit) != 0);
        if (source == Standard)
        {
            if (!target.IsDirectory)
            {
                throw new CommandFailure($"destination \"{container}:{path}\" must be a directory");
            }

            using var input = new CountingStream(context.Streams.Input);
            files.Write(resolved, input, _archive.Value);
            Report(context, input.Count, $"{container}:{resolved}");
            return;
        }

        LocalSource local = LocalSource.Find(source, _followLink.Value);
        CopyPlan plan = CopyPlan.Of(local.End, target);
        using var archive = new CountingStream(local.Open(plan.To));
        files.Write(plan.Directory, archive, _archive.Value);
        Report(context, archive.Count, $"{container}:{resolved}");
    }

    private void Report(CommandContext context, long bytes, string destination)
    {
        bool isQuiet = _quiet.IsSet ? _quiet.Value : context.Streams.ErrorTerminal is null;
        if (!isQuiet)
        {
            context.Error.WriteLine($"Successfully copied {HumanSize.Short(bytes)} to {destination}");
        }
    }
}
