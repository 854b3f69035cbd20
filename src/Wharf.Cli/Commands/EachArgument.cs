using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary>Does one thing to each of several objects: all at once, reported in order; one failure does not stop the others.</summary>
internal static class EachArgument
{
    /// <param name="act">Returns what to print for the object.</param>
    internal static int Run(CommandContext context, IReadOnlyList<string> names, Func<string, string> act)
    {
        // One name is the common case, and the thread pool is not worth starting for it.
        (string? Done, Exception? Failure)[] results = names.Count == 1
            ? [Try(names[0], act)]
            : [.. names.AsParallel().AsOrdered().WithDegreeOfParallelism(Math.Min(names.Count, 50)).Select(name => Try(name, act))];
        int code = ExitCodes.Success;
        foreach ((string? done, Exception? failure) in results)
        {
            if (failure is null)
            {
                context.Out.WriteLine(done);
                continue;
            }

            context.Streams.Flush();
            context.Error.WriteLine(WharfProgram.Describe(failure) ?? failure.ToString());
            code = ExitCodes.Failure;
        }

        return code;
    }

    private static (string? Done, Exception? Failure) Try(string name, Func<string, string> act)
    {
        try
        {
            return (act(name), null);
        }
        catch (Exception e)
        {
            return (null, e);
        }
    }
}
