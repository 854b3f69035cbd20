namespace Wharf.Cli.Commands;

/// <summary>Asks before something is lost for good.</summary>
internal static class Confirmation
{
    internal static bool Ask(CommandContext context, string warning)
    {
        context.Out.Write($"WARNING! {warning}\nAre you sure you want to continue? [y/N] ");
        context.Streams.Flush();
        using var reader = new StreamReader(context.Streams.Input, leaveOpen: true);
        return reader.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
