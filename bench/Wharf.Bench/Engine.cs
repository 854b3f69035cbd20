using System.Net.Sockets;

namespace Wharf.Bench;

/// <summary>One of the engines compared: a name, the words that start its client, and its API socket if it has one.</summary>
internal sealed record Engine(string Name, string? Socket, IReadOnlyList<string> Command)
{
    /// <summary>Reads <c>NAME[@SOCKET]=COMMAND WORDS</c>.</summary>
    internal static Engine Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new ArgumentException($"engine '{text}': expected NAME[@SOCKET]=COMMAND");
        }

        string[] name = text[..equals].Split('@', 2);
        return new Engine(name[0], name.Length > 1 ? name[1] : null, text[(equals + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Runs one client command to its end and returns what it printed; a failure ends the benchmark.</summary>
    internal string Run(params string[] arguments) => Programs.Run([.. Command, .. arguments]);

    /// <summary>An HTTP client on the engine's socket.</summary>
    internal HttpClient Http() => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 1,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket ?? throw new InvalidOperationException($"{Name} has no socket")), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
    };
}
