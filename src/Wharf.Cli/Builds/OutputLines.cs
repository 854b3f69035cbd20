using System.Text;

namespace Wharf.Cli.Builds;

/// <summary>Takes what a program writes apart into lines. A carriage return begins a line anew, as a terminal shows it.</summary>
internal sealed class OutputLines
{
    private const int MaxLineBytes = 64 << 10;
    private readonly List<byte> _line = [];

    /// <summary>The lines that these bytes complete.</summary>
    internal List<string> Add(ReadOnlySpan<byte> bytes)
    {
        List<string> lines = [];
        foreach (byte next in bytes)
        {
            if (next == '\n' || _line.Count == MaxLineBytes)
            {
                lines.Add(Take());
            }

            if (next != '\n')
            {
                _line.Add(next);
            }
        }

        return lines;
    }

    /// <summary>What was written without a line's end; null if nothing.</summary>
    internal string? Rest() => _line.Count == 0 ? null : Take();

    private string Take()
    {
        string text = Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
        _line.Clear();
        return text[(text.LastIndexOf('\r') + 1)..];
    }
}
