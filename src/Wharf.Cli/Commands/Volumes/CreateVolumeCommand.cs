using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Volumes;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Volumes;

internal sealed class CreateVolumeCommand : Command
{
    private readonly Option<string> _driver;
    private readonly ListOption _labels;
    private readonly ListOption _options;

    public CreateVolumeCommand()
        : base("[VOLUME]", Arity.AtMost(1))
    {
        _driver = Options.Text("driver", 'd', "Driver of the volume", "local");
        _labels = Options.List("label", null, "Set labels of the volume");
        _options = Options.List("opt", 'o', "Options of the driver", kind: "map");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var request = new VolumeCreateRequest
        {
            Name = arguments.Count > 0 ? arguments[0] : null,
            Driver = _driver.Value,
            DriverOpts = KeyValues.Parse(_options.Values),
            Labels = KeyValues.Parse(_labels.Values),
        };
        context.Out.WriteLine(context.Engine.Send(
            ApiRequest.Post("/volumes/create").WithJson(request, ApiJson.Default.VolumeCreateRequest), ApiJson.Default.Volume).Name);
        return ExitCodes.Success;
    }
}
