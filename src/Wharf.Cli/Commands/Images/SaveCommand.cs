using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Images;

internal sealed class SaveCommand : Command
{
    private readonly Option<string> _output;
    private readonly Option<string> _platform;

    public SaveCommand()
        : base("IMAGE [IMAGE...]", Arity.AtLeast(1), Operand.Image)
    {
        _output = Options.Text("output", 'o', "Write to a file instead of STDOUT");
        _platform = Options.Text("platform", null, "Save only this platform's variant");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var path = new QueryString("/images/get");
        foreach (string name in arguments)
        {
            path.Add("names", name);
        }

        if (_platform.Value.Length > 0)
        {
            path.Add("platform", PlatformJson.From(_platform.Value));
        }

        ArchiveOutput.Save(context, _output.Value, ApiRequest.Get(path));
        return ExitCodes.Success;
    }
}
