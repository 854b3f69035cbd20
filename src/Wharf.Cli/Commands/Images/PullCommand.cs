using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class PullCommand : Command
{
    private readonly Option<bool> _allTags;
    private readonly Option<string> _platform;
    private readonly Option<bool> _quiet;

    public PullCommand()
        : base("NAME[:TAG|@DIGEST]", Arity.Exactly(1), Operand.Image)
    {
        _allTags = Options.Flag("all-tags", 'a', "Download every tag of the repository");
        _platform = Options.Text("platform", null, "Platform to take, if there are several");
        _quiet = Options.Flag("quiet", 'q', "Say nothing but the name");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ImageName image = ImageName.Parse(arguments[0]);
        if (_allTags.Value && (image.Tag ?? image.Digest) is not null)
        {
            throw new CommandFailure("tag can't be used with --all-tags/-a");
        }

        if (!_quiet.Value && !_allTags.Value && image is { Tag: null, Digest: null })
        {
            context.Out.WriteLine("Using default tag: latest");
        }

        context.Streams.Flush();
        ProgressDisplay? display = _quiet.Value ? null : new ProgressDisplay(context.Out, context.Streams.OutputTerminal);
        ImagePull.Pull(context, image, _platform.Value, display, _allTags.Value);
        context.Out.WriteLine(_allTags.Value ? image.Full[..^":latest".Length] : image.Full);
        return ExitCodes.Success;
    }
}
