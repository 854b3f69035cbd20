using System.Net.Sockets;

namespace Wharf.Bench;

/// <summary>One of the engines compared: a name, the words that start its client, and its API socket if it has one.</summary>
internal sealed record Engine(string Name, string? Socket, IReadOnlyList<string> Command)
{
    /// <summary>How long a program without a terminal of its own is slept in: longer than any benchmark.</summary>
    internal static readonly string[] Sleep = ["sleep", "10000"];

    /// <summary>Names that the kernel has (comm, proc(5)) for the programs that this engine keeps running beside its containers.</summary>
    internal IReadOnlyList<string> Programs => Name switch
    {
        _ when Name.StartsWith("wharf", StringComparison.Ordinal) => ["wharfd", "wharf-runtime"],
        _ when Name.StartsWith("docker", StringComparison.Ordinal) => ["dockerd", "containerd", "containerd-shim"],
        _ => ["podman", "conmon"],
    };

    private bool IsPodman => Name.StartsWith("podman", StringComparison.Ordinal);

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
    internal string Run(params string[] arguments) => Bench.Programs.Run([.. Command, .. arguments]);

    /// <summary>Starts <paramref name="count"/> containers that do nothing.</summary>
    internal string[] Start(int count) => [.. Enumerable.Range(0, count).Select(_ => Run(["run", "-d", "--network", "none", "busybox", .. Sleep]))];

    /// <summary>Removes running containers. podman would wait ten seconds for each, where Docker kills at once.</summary>
    internal void Remove(params string[] containers) => Run(["rm", "-f", .. IsPodman ? (string[])["-t", "0"] : [], .. containers]);

    /// <summary>Pulls from a registry without TLS on loopback, which podman has to be told.</summary>
    internal void Pull(string image) => Run(["pull", "-q", .. IsPodman ? (string[])["--tls-verify=false"] : [], image]);

    /// <summary>Pushes to a registry without TLS on loopback.</summary>
    internal void Push(string image) => Run(["push", "-q", .. IsPodman ? (string[])["--tls-verify=false"] : [], image]);

    /// <summary>This engine, and docker once more with the builder that it had before BuildKit.</summary>
    internal IEnumerable<Engine> WithOtherBuilders() =>
        Name == "docker" ? [this, this with { Name = "docker classic", Command = ["env", "DOCKER_BUILDKIT=0", .. Command] }] : [this];

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
