using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Wharf.UnitTests.Cli.Harness;

/// <summary>An engine on a unix socket that answers each request by a script, and remembers what it was asked.</summary>
internal sealed class ScriptedEngine : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-cli-").FullName;
    private readonly Func<string, string, byte[]> _answer;

    /// <param name="answer">From request line and body to the bytes of the answer.</param>
    internal ScriptedEngine(Func<string, string, byte[]> answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal ConcurrentQueue<(string Line, string Body)> Requests { get; } = new();

    internal string Host => $"unix://{SocketPath}";

    private string SocketPath => Path.Combine(_directory, "engine.sock");

    internal static byte[] Json(string body, string status = "200 OK") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>The head of a hijacked connection and all it says before the engine closes it.</summary>
    internal static byte[] Upgraded(params (int Stream, string Text)[] output)
    {
        using var bytes = new MemoryStream();
        bytes.Write("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"u8);
        foreach ((int stream, string text) in output)
        {
            byte[] content = Encoding.UTF8.GetBytes(text);
            bytes.Write([(byte)stream, 0, 0, 0, 0, 0, (byte)(content.Length >> 8), (byte)content.Length]);
            bytes.Write(content);
        }

        return bytes.ToArray();
    }

    internal CommandRun Run(params string[] words) => CommandRun.Of(["--config", _directory, "-H", Host, .. words]);

    internal string LineOf(string part) => Requests.First(request => request.Line.Contains(part, StringComparison.Ordinal)).Line;

    internal string BodyOf(string part) => Requests.First(request => request.Line.Contains(part, StringComparison.Ordinal)).Body;

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.Accept();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        byte[] buffer = new byte[64 << 10];
        string text = "";
        while (true)
        {
            int count = stream.Read(buffer);
            if (count == 0)
            {
                return;
            }

            text += Encoding.UTF8.GetString(buffer, 0, count);
            while (TryTake(ref text, out string line, out string body))
            {
                Requests.Enqueue((line, body));
                byte[] answer = _answer(line, body);
                stream.Write(answer);
                if (answer.AsSpan().StartsWith("HTTP/1.1 101"u8))
                {
                    return;
                }
            }
        }
    }

    private static bool TryTake(ref string text, out string line, out string body)
    {
        (line, body) = ("", "");
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        string[] head = text[..end].Split("\r\n");
        int length = int.Parse(head.FirstOrDefault(header => header.StartsWith("Content-Length: ", StringComparison.Ordinal))?["Content-Length: ".Length..] ?? "0");
        if (text.Length < end + 4 + length)
        {
            return false;
        }

        line = head[0][..head[0].LastIndexOf(' ')];
        body = text.Substring(end + 4, length);
        text = text[(end + 4 + length)..];
        return true;
    }
}
