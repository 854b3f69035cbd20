using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary>Does one thing to each of several objects: all at once, reported in order; one failure does not stop the others.</summary>
internal static class EachArgument
{
    /// <param name="act">Returns what to print for the object; empty prints nothing.</param>
    /// <param name="summary">Put before the names that failed, in a last line of its own; null for none.</param>
    internal static int Run(CommandContext context, IReadOnlyList<string> names, Func<string, string> act, string? summary = null)
    {
        List<string> failed = [];
        (string? Done, Exception? Failure)[] results = AllAtOnce.Run(names, act);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Failure is { } failure)
            {
                context.Streams.Flush();
                context.Error.WriteLine(WharfProgram.Describe(failure) ?? failure.ToString());
                failed.Add(names[i]);
            }
            else if (results[i].Done is { Length: > 0 } done)
            {
                context.Out.WriteLine(done);
            }
        }

        if (failed.Count > 0 && summary is not null)
        {
            context.Error.WriteLine($"{summary}{string.Join(", ", failed)}");
        }

        return failed.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
