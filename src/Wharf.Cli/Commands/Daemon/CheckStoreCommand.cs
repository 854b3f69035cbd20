using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class CheckStoreCommand : Command
{
    private readonly Option<bool> _deep;
    private readonly Option<bool> _repair;

    public CheckStoreCommand()
        : base("", Arity.None)
    {
        _deep = Options.Flag("deep", null, "Hash the files of every layer too");
        _repair = Options.Flag("repair", null, "Remove what nothing needs and forget what is broken");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var path = new QueryString("/wharf/fsck").Add("deep", _deep.Value);
        StoreCheckResponse report = context.Engine.Send(
            _repair.Value ? ApiRequest.Post(path) : ApiRequest.Get(path), ApiJson.Default.StoreCheckResponse);
        foreach (StoreProblem problem in report.Problems)
        {
            context.Out.WriteLine($"{problem.Subject} {problem.Problem}{(problem.Repaired ? " (repaired)" : "")}");
        }

        int left = report.Problems.Count(problem => !problem.Repaired);
        string looked = $"{report.Images} images, {report.Layers} layers, {report.Blobs} blobs";
        context.Out.WriteLine(report.Problems.Count == 0 ? $"{looked}: all in order" : $"{looked}: {report.Problems.Count} problems, {left} left");
        return left == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
