using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;
using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class InfoCommand : Command
{
    private readonly Option<string> _format;

    public InfoCommand()
        : base("", Arity.None) => _format = FormatOption.DeclareForObject(Options, 'f');

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        SystemInfo info = context.Engine.Send(ApiRequest.Get("/info"), ApiJson.Default.SystemInfo);
        if (_format.Value.Length > 0)
        {
            object? document = TemplateJson.FromJson(System.Text.Json.JsonSerializer.SerializeToElement(info, ApiJson.Default.SystemInfo));
            context.Out.WriteLine(_format.Value == "json" ? TemplateJson.Write(document) : Template.Parse(_format.Value).Render(document));
            return ExitCodes.Success;
        }

        Write(context.Out, info);
        foreach (string warning in info.Warnings ?? [])
        {
            context.Error.WriteLine(warning);
        }

        return ExitCodes.Success;
    }

    private static void Write(TextWriter output, SystemInfo info)
    {
        output.Write($"Client: Wharf\n Version:    {ProductVersion.Number}\n\nServer:\n");
        output.Write($" Containers: {info.Containers}\n  Running: {info.ContainersRunning}\n  Paused: {info.ContainersPaused}\n  Stopped: {info.ContainersStopped}\n");
        output.Write($" Images: {info.Images}\n Server Version: {info.ServerVersion}\n Storage Driver: {info.Driver}\n");
        foreach (IReadOnlyList<string> pair in info.DriverStatus)
        {
            output.Write($"  {pair[0]}: {pair[1]}\n");
        }

        output.Write($" Logging Driver: {info.LoggingDriver}\n Cgroup Driver: {info.CgroupDriver}\n Cgroup Version: {info.CgroupVersion}\n Plugins:\n");
        output.Write($"  Volume: {string.Join(' ', info.Plugins.Volume)}\n  Network: {string.Join(' ', info.Plugins.Network)}\n  Log: {string.Join(' ', info.Plugins.Log)}\n");
        output.Write($" Swarm: {info.Swarm.LocalNodeState}\n Runtimes: {string.Join(' ', info.Runtimes.Keys)}\n Default Runtime: {info.DefaultRuntime}\n");
        output.Write($" Init Binary: {info.InitBinary}\n runc version: {info.RuncCommit.ID}\n");
        if (info.SecurityOptions.Count > 0)
        {
            output.Write(" Security Options:\n");
            foreach (Dictionary<string, string> option in info.SecurityOptions.Select(text => ContainerOptions.KeyValues.Parse(text.Split(','))))
            {
                output.Write($"  {option.GetValueOrDefault("name")}\n");
                foreach ((string key, string value) in option.Where(entry => entry.Key != "name"))
                {
                    output.Write($"   {char.ToUpperInvariant(key[0])}{key[1..]}: {value}\n");
                }
            }
        }

        output.Write($" Kernel Version: {info.KernelVersion}\n Operating System: {info.OperatingSystem}\n OSType: {info.OSType}\n Architecture: {info.Architecture}\n");
        output.Write($" CPUs: {info.NCPU}\n Total Memory: {HumanSize.Binary(info.MemTotal)}\n Name: {info.Name}\n ID: {info.ID}\n");
        output.Write($" Docker Root Dir: {info.DockerRootDir}\n Debug Mode: {(info.Debug ? "true" : "false")}\n");
        WriteList(output, "Labels", info.Labels);
        output.Write($" Experimental: {(info.ExperimentalBuild ? "true" : "false")}\n");
        WriteList(output, "Insecure Registries", [
            .. info.RegistryConfig.IndexConfigs.Values.Where(index => !index.Secure).Select(index => index.Name),
            .. info.RegistryConfig.InsecureRegistryCIDRs]);
        WriteList(output, "Registry Mirrors", info.RegistryConfig.Mirrors ?? []);
        output.Write($" Live Restore Enabled: {(info.LiveRestoreEnabled ? "true" : "false")}\n");
        if (info.FirewallBackend is { Driver.Length: > 0 } firewall)
        {
            output.Write($" Firewall Backend: {firewall.Driver}\n");
        }
    }

    private static void WriteList(TextWriter output, string title, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
        {
            output.Write($" {title}:\n{string.Concat(items.Select(item => $"  {item}\n"))}");
        }
    }
}
