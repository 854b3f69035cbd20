namespace Wharf.Cli.Commands;

/// <summary>What a prune has removed; silent when that is nothing.</summary>
internal static class PruneReport
{
    internal static void Write(TextWriter output, string title, IReadOnlyList<string>? names)
    {
        if (names is not { Count: > 0 })
        {
            return;
        }

        output.WriteLine(title);
        foreach (string name in names)
        {
            output.WriteLine(name);
        }

        output.WriteLine();
    }
}
