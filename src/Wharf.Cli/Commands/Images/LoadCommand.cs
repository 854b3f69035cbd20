using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class LoadCommand : Command
{
    private readonly Option<string> _input;
    private readonly Option<string> _platform;
    private readonly Option<bool> _quiet;

    public LoadCommand()
        : base("", Arity.None)
    {
        _input = Options.Text("input", 'i', "Read from a tar archive instead of STDIN");
        _platform = Options.Text("platform", null, "Load only this platform's variant");
        _quiet = Options.Flag("quiet", 'q', "Show no progress");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (_input.Value.Length == 0 && context.Streams.InputTerminal is not null)
        {
            throw new CommandFailure("requested load from stdin, but stdin is empty");
        }

        using Stream archive = _input.Value.Length == 0 ? context.Streams.Input : ArchiveInput.Open(_input.Value);
        var path = new QueryString("/images/load").Add("quiet", _quiet.Value || context.Streams.OutputTerminal is null);
        if (_platform.Value.Length > 0)
        {
            path.Add("platform", PlatformJson.From(_platform.Value));
        }

        using ApiResponse response = context.Engine.Open(ApiRequest.Post(path).WithStream(archive));
        new ProgressDisplay(context.Out, context.Streams.OutputTerminal).Show(response.ReadLines(ApiJson.Default.ProgressMessage));
        return ExitCodes.Success;
    }
}
