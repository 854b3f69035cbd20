using System.Text;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>-e</c>, <c>--label</c> and the files of both.</summary>
internal static class EnvironmentVariables
{
    /// <exception cref="FormatException">There is nothing before the equals sign.</exception>
    internal static string Check(string text) =>
        text.Length == 0 || text[0] == '=' ? throw new FormatException($"invalid environment variable: {text}") : text;

    /// <summary>Files first, then the flags, which win; a name alone takes its value from our own environment, or is dropped.</summary>
    internal static List<string> Collect(IReadOnlyList<string> files, IReadOnlyList<string> given)
    {
        List<string> all = [];
        foreach (string entry in files.SelectMany(ReadFile).Concat(given))
        {
            if (entry.Contains('=', StringComparison.Ordinal))
            {
                all.Add(entry);
            }
            else if (Environment.GetEnvironmentVariable(entry) is { } value)
            {
                all.Add($"{entry}={value}");
            }
        }

        return all;
    }

    /// <summary>Labels as pairs; one without a value is empty.</summary>
    internal static Dictionary<string, string>? CollectLabels(IReadOnlyList<string> files, IReadOnlyList<string> given)
    {
        string[] all = [.. files.SelectMany(ReadFile), .. given];
        return all.Length > 0 ? KeyValues.Parse(all) : null;
    }

    /// <summary>One entry a line; empty lines and those that start with <c>#</c> are passed over. No quoting, no expansion.</summary>
    private static IEnumerable<string> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"open {path}: no such file or directory");
        }

        foreach (string raw in File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)))
        {
            string line = raw.TrimStart();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? line.TrimEnd() : line[..equals];
            if (name.Length == 0)
            {
                throw new FormatException($"invalid env file ({path}): no variable name on line '{line}'");
            }

            if (name.AsSpan().IndexOfAny(" \t") >= 0)
            {
                throw new FormatException($"invalid env file ({path}): variable '{name}' contains whitespaces");
            }

            yield return equals < 0 ? name : line;
        }
    }
}
