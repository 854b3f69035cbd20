using System.Globalization;

namespace Wharf.Api.Client;

/// <summary>Status line and headers of an answer.</summary>
internal sealed class ResponseHead(int status, Dictionary<string, string> headers)
{
    internal int Status { get; } = status;

    internal IReadOnlyDictionary<string, string> Headers { get; } = headers;

    internal bool KeepsAlive => !Has("Connection", "close");

    internal bool IsChunked => Has("Transfer-Encoding", "chunked");

    internal long? ContentLength =>
        Headers.TryGetValue("Content-Length", out string? text) && long.TryParse(text, NumberStyles.None, null, out long length) ? length : null;

    internal static ResponseHead Parse(string text)
    {
        string[] lines = text.Split("\r\n");
        if (lines[0].Length < 12 || !lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(lines[0].AsSpan(9, 3), NumberStyles.None, null, out int status))
        {
            throw new IOException($"malformed answer: '{lines[0]}' is no HTTP status line");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return new ResponseHead(status, headers);
    }

    private bool Has(string header, string value) =>
        Headers.TryGetValue(header, out string? found) && found.Contains(value, StringComparison.OrdinalIgnoreCase);
}
