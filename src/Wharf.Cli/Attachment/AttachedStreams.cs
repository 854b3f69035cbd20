using Wharf.Api.Client;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Attachment;

/// <summary>
/// Carries bytes between the caller's streams and a program in a container: output on the calling thread until the connection ends, input
/// on a thread of its own, which the end of output does not wait for, since nothing can interrupt a read from a terminal.
/// </summary>
internal sealed class AttachedStreams(HijackedStream connection, Streams streams)
{
    private volatile bool _detached;

    /// <summary>The container's output is one raw stream, not two framed ones.</summary>
    internal required bool Tty { get; init; }

    internal required bool Input { get; init; }

    internal string? DetachKeys { get; init; }

    internal bool Output { get; init; } = true;

    internal bool Error { get; init; } = true;

    /// <summary>Whether the program has been drawing for somebody else so far, and is to draw all again.</summary>
    internal bool Redraw { get; init; }

    /// <summary>Asked before bytes flow and whenever the terminal changes its size; null without a terminal.</summary>
    internal Action<TerminalSize>? Resize { get; init; }

    /// <returns>False if the user left with the detach keys while the program went on.</returns>
    internal bool Carry()
    {
        Terminal? keyboard = Tty && Input ? streams.InputTerminal : null;
        using IDisposable? raw = keyboard?.EnterRawMode();
        using TerminalResizer? resizer = Tty && Resize is not null ? TerminalResizer.Start(streams.OutputTerminal, Resize, Redraw) : null;
        if (Input)
        {
            byte[]? keys = Tty ? Attachment.DetachKeys.Parse(DetachKeys) : null;
            new Thread(() => CarryInput(keys)) { IsBackground = true, Name = "stdin" }.Start();
        }

        try
        {
            CarryOutput();
        }
        catch (Exception e) when (_detached && e is IOException or ObjectDisposedException)
        {
            // The connection was closed under the reader because the user has left.
        }

        return !_detached;
    }

    private void CarryOutput()
    {
        Stream output = Output ? streams.Output : Stream.Null;
        if (Tty)
        {
            connection.CopyTo(output);
        }
        else
        {
            StdCopy.Demultiplex(connection, output, Error ? streams.ErrorOutput : Stream.Null);
        }
    }

    private void CarryInput(byte[]? keys)
    {
        var scanner = keys is null ? null : new DetachKeyScanner(keys);
        List<byte> passed = [];
        byte[] buffer = new byte[32 << 10];
        try
        {
            int count;
            while ((count = streams.Input.Read(buffer)) > 0)
            {
                if (scanner is null)
                {
                    connection.Write(buffer.AsSpan(0, count));
                    continue;
                }

                passed.Clear();
                bool left = scanner.Scan(buffer.AsSpan(0, count), passed);
                connection.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(passed));
                if (left)
                {
                    _detached = true;
                    connection.Dispose();
                    return;
                }
            }

            connection.CloseWrite();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // The program does not read any more; what it still says is carried by the other thread.
        }
    }
}
