using System.Runtime.InteropServices;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class VersionCommand : Command
{
    private readonly Option<string> _format;

    public VersionCommand()
        : base("", Arity.None) => _format = FormatOption.DeclareForObject(Options, 'f');

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        SystemVersion? server = null;
        Exception? failure = null;
        try
        {
            server = context.Engine.Send(ApiRequest.Get("/version"), ApiJson.Default.SystemVersion);
        }
        catch (Exception e) when (e is DockerUnreachableException or DockerApiException)
        {
            failure = e;
        }

        if (_format.Value.Length > 0)
        {
            Dictionary<string, object?> document = Document(server);
            context.Out.WriteLine(_format.Value == "json" ? TemplateJson.Write(document) : Template.Parse(_format.Value).Render(document));
        }
        else
        {
            WriteText(context.Out, server);
        }

        return failure is null ? ExitCodes.Success : throw failure;
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static void WriteText(TextWriter output, SystemVersion? server)
    {
        output.Write($"Client: Wharf\n Version:           {ProductVersion.Number}\n Git commit:        {ProductVersion.Commit}\n");
        output.Write($" .NET version:      {Environment.Version}\n OS/Arch:           linux/{Architecture}\n");
        if (server is null)
        {
            return;
        }

        output.Write($"\nServer:{(server.Platform.Name.Length > 0 ? " " + server.Platform.Name : "")}\n");
        output.Write($" Engine:\n  Version:          {server.Version}\n  API version:      {server.ApiVersion} (minimum version {server.MinAPIVersion})\n");
        output.Write($"  Git commit:       {server.GitCommit}\n  Built:            {server.BuildTime}\n  OS/Arch:          {server.Os}/{server.Arch}\n");
        output.Write($"  Kernel:           {server.KernelVersion}\n");
        foreach (ComponentVersion component in server.Components.Where(component => component.Name != "Engine"))
        {
            output.Write($" {component.Name}:\n  Version:          {component.Version}\n");
            foreach ((string name, string value) in component.Details ?? new Dictionary<string, string>())
            {
                output.Write($"  {name + ":",-17} {value}\n");
            }
        }
    }

    private static Dictionary<string, object?> Document(SystemVersion? server) => new()
    {
        ["Client"] = new Dictionary<string, object?>
        {
            ["Version"] = ProductVersion.Number,
            ["ApiVersion"] = server?.ApiVersion,
            ["GitCommit"] = ProductVersion.Commit,
            ["Os"] = "linux",
            ["Arch"] = Architecture,
            ["Context"] = "default",
        },
        ["Server"] = server is null ? null : TemplateJson.FromJson(System.Text.Json.JsonSerializer.SerializeToElement(server, ApiJson.Default.SystemVersion)),
    };
}
