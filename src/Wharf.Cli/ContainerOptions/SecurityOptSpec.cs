using System.Text.Json;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--security-opt</c>: a seccomp profile is a file of the caller's, so its content is what goes to the daemon.</summary>
internal static class SecurityOptSpec
{
    private const string UnconfinedPaths = "systempaths=unconfined";

    /// <returns>The options to send, and whether the masked and read-only paths of the system are to be left open.</returns>
    internal static (IReadOnlyList<string>? Options, bool SystemPathsOpen) Parse(IReadOnlyList<string> given)
    {
        List<string> options = [];
        bool open = false;
        foreach (string option in given)
        {
            string[] pair = option.Split(option.Contains('=', StringComparison.Ordinal) ? '=' : ':', 2);
            if (pair.Length == 1 && option != "no-new-privileges")
            {
                throw new FormatException($"Invalid --security-opt: \"{option}\"");
            }

            if (option == UnconfinedPaths)
            {
                open = true;
            }
            else
            {
                options.Add(pair is ["seccomp", not ("unconfined" or "builtin")] ? $"seccomp={ReadProfile(pair[1])}" : option);
            }
        }

        return (options.Count > 0 ? options : null, open);
    }

    private static string ReadProfile(string path)
    {
        try
        {
            using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(path));
            using var compact = new MemoryStream();
            using (var writer = new Utf8JsonWriter(compact))
            {
                profile.WriteTo(writer);
            }

            return System.Text.Encoding.UTF8.GetString(compact.GetBuffer(), 0, (int)compact.Length);
        }
        catch (IOException)
        {
            throw new CommandFailure($"opening seccomp profile ({path}) failed: open {path}: no such file or directory");
        }
        catch (JsonException e)
        {
            throw new CommandFailure($"compacting json for seccomp profile ({path}) failed: {e.Message}");
        }
    }
}
