using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary>Options that stand before the command, with runc's names.</summary>
internal sealed record GlobalOptions(string Root, string? Log, bool LogAsJson)
{
    internal static readonly string[] Flags = ["debug", "help|h", "version|v"];
    internal static readonly string[] Options = ["root", "log", "log-format"];

    internal static GlobalOptions From(Arguments arguments) => new(
        arguments.Value("root") ?? StateDirectory.DefaultRoot,
        arguments.Value("log"),
        arguments.Value("log-format") == "json");

    /// <summary>Says why a command failed, where the caller asked for it to be said and on standard error.</summary>
    internal void Report(string message)
    {
        Console.Error.WriteLine("wharf-runtime: " + message);
        if (Log is null)
        {
            return;
        }

        string time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        string escaped = System.Text.Json.JsonEncodedText.Encode(message).ToString();
        File.AppendAllText(Log, LogAsJson
            ? $$"""{"level":"error","msg":"{{escaped}}","time":"{{time}}"}""" + "\n"
            : $"time=\"{time}\" level=error msg=\"{escaped}\"\n");
    }
}
