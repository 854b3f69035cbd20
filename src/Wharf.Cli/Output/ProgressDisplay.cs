using Wharf.Api.Common;
using Wharf.Cli.CommandLine;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Output;

/// <summary>
/// Progress of a pull, load or import: on a terminal one line a layer, rewritten in place, with a bar; elsewhere a line for each new state
/// and none for bytes going by.
/// </summary>
internal sealed class ProgressDisplay(TextWriter output, Terminal? terminal)
{
    private const int BarWidth = 50;
    private const int DefaultColumns = 80;
    private readonly Dictionary<string, int> _lines = [];

    internal void Show(IEnumerable<ProgressMessage> messages)
    {
        foreach (ProgressMessage message in messages)
        {
            ThrowOnError(message);
            if (terminal is null)
            {
                ShowLine(message);
            }
            else
            {
                ShowInPlace(message);
            }
        }
    }

    /// <summary>Reads all messages for the sake of an error among them.</summary>
    internal static void FailOnError(IEnumerable<ProgressMessage> messages)
    {
        foreach (ProgressMessage message in messages)
        {
            ThrowOnError(message);
        }
    }

    private static void ThrowOnError(ProgressMessage message)
    {
        if ((message.ErrorDetail?.Message ?? message.Error) is { } error)
        {
            throw new CommandFailure(error);
        }
    }

    private void ShowLine(ProgressMessage message)
    {
        if (message.Stream is { } text)
        {
            output.Write(text);
        }
        else if (message.Status is { } status && message.ProgressDetail is not { Total: > 0 } and not { Current: > 0 })
        {
            output.WriteLine(message.Id is { Length: > 0 } id ? $"{id}: {status}" : status);
        }

        output.Flush();
    }

    private void ShowInPlace(ProgressMessage message)
    {
        if (message.Id is not { Length: > 0 } id || message.Status is null)
        {
            ShowLine(message);
            _lines.Clear(); // Lines above the new text cannot be counted on any more.
            return;
        }

        if (!_lines.TryGetValue(id, out int line))
        {
            line = _lines.Count;
            _lines.Add(id, line);
            output.Write('\n');
        }

        string text = $"{id}: {message.Status}{Bar(message.ProgressDetail)}";
        int columns = terminal!.Size?.Columns ?? DefaultColumns;
        int up = _lines.Count - line;
        output.Write($"\e[{up}A\e[2K\r{(text.Length < columns ? text : text[..(columns - 1)])}\r\e[{up}B");
        output.Flush();
    }

    private static string Bar(ProgressDetail? detail)
    {
        if (detail?.Current is not { } current || current <= 0)
        {
            return "";
        }

        if (detail.Total is not { } total || total <= 0)
        {
            return $" {HumanSize.Format(current),8}";
        }

        int filled = (int)(Math.Min(current, total) * BarWidth / total);
        string bar = new string('=', filled) + (filled < BarWidth ? ">" : "");
        return $" [{bar.PadRight(BarWidth)}] {HumanSize.Format(current),8}/{HumanSize.Format(total)}";
    }
}
