using System.Text;
using Wharf.Linux.Terminals;

namespace Wharf.Cli;

/// <summary>Standard input, output and error of the program. Output is collected until <see cref="Flush"/>; error goes out at once.</summary>
internal sealed class Streams(Stream input, Stream output, Stream error)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Raw bytes in.</summary>
    internal Stream Input => input;

    /// <summary>Raw bytes out; not to be mixed with <see cref="Out"/> without flushing that first.</summary>
    internal Stream Output => output;

    internal Stream ErrorOutput => error;

    internal TextWriter Out => field ??= new StreamWriter(output, s_utf8, 4096) { NewLine = "\n" };

    /// <summary>Several threads may complain.</summary>
    internal TextWriter Error { get; } = TextWriter.Synchronized(new StreamWriter(error, s_utf8, 256) { NewLine = "\n", AutoFlush = true });

    internal Terminal? InputTerminal => (input as StandardStream)?.Terminal;

    internal Terminal? OutputTerminal => (output as StandardStream)?.Terminal;

    internal Terminal? ErrorTerminal => (error as StandardStream)?.Terminal;

    /// <summary>Width of the terminal that output goes to; null when it goes elsewhere.</summary>
    internal int? Columns => OutputTerminal?.Size?.Columns;

    internal void Flush() => Out.Flush();
}
