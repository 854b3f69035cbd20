using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

internal sealed class StatsCommand : Command
{
    private const string DefaultColumns =
        "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

    private readonly Option<bool> _all;
    private readonly Option<string> _format;
    private readonly Option<bool> _noStream;
    private readonly Option<bool> _noTrunc;

    public StatsCommand()
        : base("[CONTAINER...]", Arity.Any, Operand.RunningContainer)
    {
        _all = Options.Flag("all", 'a', "Show all containers, not only those that run");
        _format = FormatOption.DeclareForList(Options);
        _noStream = Options.Flag("no-stream", null, "Show the figures once");
        _noTrunc = Options.Flag("no-trunc", null, "Show ids in full");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string format = _format.IsSet ? _format.Value : context.Config.Format("statsFormat") ?? "";
        Listing<ContainerStats> columns = StatsColumns.For(_noTrunc.Value);
        do
        {
            ContainerStats[] figures = Collect(context.Engine, arguments);
            bool table = format.Length == 0 || format.StartsWith("table", StringComparison.Ordinal);
            if (!_noStream.Value && table)
            {
                context.Out.Write("\e[H\e[J"); // home, and clear from there: each round replaces the one before
            }

            columns.Write(context.Out, figures, format, DefaultColumns);
            context.Streams.Flush();
        }
        while (!_noStream.Value);

        return ExitCodes.Success;
    }

    /// <summary>One round: each figure takes the daemon a second to measure, so all are asked for at once.</summary>
    private ContainerStats[] Collect(DockerClient engine, IReadOnlyList<string> names)
    {
        IReadOnlyList<string> wanted = names.Count > 0
            ? names
            : [.. engine.Send(ApiRequest.Get(new QueryString("/containers/json").Add("all", _all.Value)), ApiJson.Default.ListContainerSummary)
                .Select(container => container.Id)];
        if (wanted.Count == 0)
        {
            // The daemon is asked for a second's worth of figures when there are containers; without any, wait that second here.
            Task.Delay(TimeSpan.FromSeconds(_noStream.Value ? 0 : 1)).Wait();
            return [];
        }

        (ContainerStats? Done, Exception? Failure)[] figures = AllAtOnce.Run(wanted, name =>
            engine.Send(ApiRequest.Get($"/containers/{ContainerRequests.Escape(name)}/stats?stream=0"), ApiJson.Default.ContainerStats));
        if (names.Count > 0 && figures.FirstOrDefault(figure => figure.Failure is not null).Failure is { } failure)
        {
            throw failure;
        }

        // Of all containers, one may have gone between being listed and being asked.
        return [.. figures.Select(figure => figure.Done).OfType<ContainerStats>()];
    }
}
