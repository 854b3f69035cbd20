namespace Wharf.Cli.CommandLine;

/// <summary>How many arguments a command takes, flags aside.</summary>
internal readonly record struct Arity(int Least, int Most)
{
    internal static Arity None => new(0, 0);

    internal static Arity Any => new(0, int.MaxValue);

    internal static Arity Exactly(int count) => new(count, count);

    internal static Arity AtLeast(int count) => new(count, int.MaxValue);

    internal static Arity AtMost(int count) => new(0, count);

    /// <exception cref="UsageException">There are too few or too many.</exception>
    internal void Check(int count, string command)
    {
        if (count >= Least && count <= Most)
        {
            return;
        }

        string wants = (Least, Most) switch
        {
            (0, 0) => "accepts no arguments",
            _ when Least == Most => $"requires {Plural(Least)}",
            (_, int.MaxValue) => $"requires at least {Plural(Least)}",
            (0, _) => $"requires at most {Plural(Most)}",
            _ => $"requires at least {Least} and at most {Plural(Most)}",
        };
        throw new UsageException($"'{command}' {wants}") { ExitCode = ExitCodes.Failure, Named = true };
    }

    private static string Plural(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
