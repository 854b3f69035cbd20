using System.Text;

namespace Wharf.Cli.CommandLine;

/// <summary>Help in Docker's layout: usage, summary, aliases, flags in two columns, wrapped to the terminal.</summary>
internal static class HelpPage
{
    private const int DefaultColumns = 80;

    internal static string OfCommand(Command command, CommandEntry entry, string path, IReadOnlyList<string> otherPaths, int? columns)
    {
        var text = new StringBuilder($"Usage:  {UsageLine(command, path)}\n\n{entry.Summary}\n");
        if (otherPaths.Count > 0)
        {
            text.Append($"\nAliases:\n  {string.Join(", ", otherPaths)}\n");
        }

        Option[] shown = [.. command.Options.All.Where(option => option.Name != "help")];
        if (shown.Length > 0)
        {
            text.Append("\nOptions:\n");
            AppendOptions(text, shown, columns ?? DefaultColumns);
        }

        return text.ToString();
    }

    internal static string OfGroup(CommandGroup group)
    {
        var text = new StringBuilder($"Usage:  wharf {group.Name} COMMAND\n\n{group.Summary}\n");
        AppendCommands(text, "Commands", group.Entries.Select(entry => (entry.Name, entry.Summary)));
        return text.Append($"\nRun 'wharf {group.Name} COMMAND --help' for more information on a command.\n").ToString();
    }

    internal static string OfProgram(OptionSet globals, int? columns)
    {
        var text = new StringBuilder("Usage:  wharf [OPTIONS] COMMAND\n\nA container engine\n");
        ILookup<bool, CommandEntry> topLevel = CommandTree.TopLevel.ToLookup(entry => entry.IsCommon);
        AppendCommands(text, "Common Commands", topLevel[true].Select(entry => (entry.Shortcut!, entry.Summary)));
        AppendCommands(text, "Management Commands", CommandTree.Groups.Select(group => (group.Name, group.Summary)));
        AppendCommands(text, "Commands", topLevel[false].Select(entry => (entry.Shortcut!, entry.Summary)).OrderBy(row => row.Item1, StringComparer.Ordinal));
        text.Append("\nGlobal Options:\n");
        AppendOptions(text, [.. globals.All.Where(option => option.Name != "help")], columns ?? DefaultColumns);
        return text.Append("\nRun 'wharf COMMAND --help' for more information on a command.\n").ToString();
    }

    internal static string UsageLine(Command command, string path)
    {
        string options = command.Options.All.Count > 1 ? " [OPTIONS]" : "";
        return command.Usage.Length > 0 ? $"wharf {path}{options} {command.Usage}" : $"wharf {path}{options}";
    }

    private static void AppendCommands(StringBuilder text, string title, IEnumerable<(string Name, string Summary)> rows)
    {
        text.Append($"\n{title}:\n");
        foreach ((string name, string summary) in rows)
        {
            text.Append($"  {name,-10}  {summary}\n");
        }
    }

    private static void AppendOptions(StringBuilder text, Option[] options, int columns)
    {
        const int Gap = 3;
        const int Slack = 6; // Docker's own pages end this far from the edge.
        (string Left, string Right)[] rows = [.. options.OrderBy(option => option.Name, StringComparer.Ordinal).Select(Row)];
        int indent = rows.Max(row => row.Left.Length) + Gap;
        int width = Math.Max(columns - Slack - indent, 24);
        foreach ((string left, string right) in rows)
        {
            text.Append(left.PadRight(indent)).AppendJoin('\n' + new string(' ', indent), Wrap(right, width)).Append('\n');
        }
    }

    private static (string Left, string Right) Row(Option option)
    {
        string letter = option.Shorthand is { } shorthand ? $"-{shorthand}, " : "    ";
        string kind = option.Kind.Length > 0 ? " " + option.Kind : "";
        string initial = option.ShownDefault is { } shown ? $" (default {shown})" : "";
        return ($"  {letter}--{option.Name}{kind}", option.Help + initial);
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (string paragraph in text.Split('\n'))
        {
            ReadOnlyMemory<char> rest = paragraph.AsMemory();
            while (rest.Length > width)
            {
                int space = rest.Span[..width].LastIndexOf(' ');
                if (space <= 0)
                {
                    break;
                }

                yield return rest[..space].ToString();
                rest = rest[(space + 1)..];
            }

            yield return rest.ToString();
        }
    }
}
