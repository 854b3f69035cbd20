using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Wharf.Engine.Logs;
using Xunit;

namespace Wharf.UnitTests.Engine.Logs;

/// <summary>A log on disk, written by an encoder that is not ours.</summary>
internal sealed class LogDirectory : IDisposable
{
    internal static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("wharf-logs-").FullName;

    internal string Current => Path.Combine(_directory, "id-json.log");

    internal static string Line(string text, string stream = "stdout", DateTimeOffset? time = null, Dictionary<string, string>? attributes = null) =>
        attributes is null
            ? JsonSerializer.Serialize(new { log = text, stream, time = Format(time ?? Start) }) + "\n"
            : JsonSerializer.Serialize(new { log = text, stream, attrs = attributes, time = Format(time ?? Start) }) + "\n";

    /// <summary>Lines <c>first</c> to <c>last</c>, one second apart.</summary>
    internal static string Lines(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(i => Line($"line {i}\n", time: Start.AddSeconds(i))));

    internal static string Texts(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(i => $"line {i}\n"));

    internal void Write(string json) => File.AppendAllText(Current, json);

    internal void WriteRotated(int age, string json) => File.WriteAllText($"{Current}.{age}", json);

    internal void WritePacked(int age, string json)
    {
        using var packed = new GZipStream(File.Create($"{Current}.{age}.gz"), CompressionLevel.Fastest);
        packed.Write(Encoding.UTF8.GetBytes(json));
    }

    internal void Rotate(int oldest = 1)
    {
        for (int age = oldest; age > 1; age--)
        {
            File.Move($"{Current}.{age - 1}", $"{Current}.{age}", overwrite: true);
        }

        File.Move(Current, Current + ".1", overwrite: true);

        // As the monitor does: File.Create would lock it, and a reader could not open it then.
        new FileStream(Current, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite).Dispose();
    }

    internal async Task<byte[]> ReadBytesAsync(LogRequest request, bool tty = true)
    {
        using var output = new MemoryStream();
        await new LogReader().CopyAsync(new LogSource(Current, tty, Task.CompletedTask), request, output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    internal async Task<string> ReadAsync(LogRequest request) => Encoding.UTF8.GetString(await ReadBytesAsync(request));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", null);
}
