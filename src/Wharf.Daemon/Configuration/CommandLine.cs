using System.Text;

namespace Wharf.Daemon.Configuration;

/// <summary>
/// dockerd's command line, with its errors. Forms: <c>--flag value</c>, <c>--flag=value</c>, <c>-f value</c>, <c>-fvalue</c>, and switches
/// together as <c>-Dv</c>. Small enough by hand that the daemon needs no parser library for it.
/// </summary>
internal static class CommandLine
{
    internal static RawSettings Parse(ReadOnlySpan<string> arguments)
    {
        var settings = new RawSettings();
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 2)
            {
                ParseLong(argument[2..], arguments, ref i, settings);
            }
            else if (argument.StartsWith('-') && argument.Length > 1 && argument != "--")
            {
                ParseShort(argument[1..], arguments, ref i, settings);
            }
            else
            {
                throw new ConfigurationException("\"wharfd\" accepts no arguments.\nSee 'wharfd --help'.");
            }
        }

        return settings;
    }

    internal static string Help()
    {
        var text = new StringBuilder("\nUsage:  wharfd [OPTIONS]\n\nA container engine that answers the Docker Engine API.\n\nOptions:\n");
        foreach (DaemonOption option in DaemonOption.All.Where(option => option.Flag is not null).OrderBy(option => option.Flag, StringComparer.Ordinal))
        {
            string shorthand = option.Short is { } letter ? $"-{letter}," : "   ";
            string flag = "--" + option.Flag + (option.Kind switch { OptionKind.Text => " string", OptionKind.List => " list", _ => "" });
            text.Append($"  {shorthand} {flag,-34} {option.Help}\n");
        }

        return text.ToString();
    }

    private static void ParseLong(string text, ReadOnlySpan<string> arguments, ref int index, RawSettings settings)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        DaemonOption option = DaemonOption.Known.FirstOrDefault(option => option.Flag == name)
            ?? throw new ConfigurationException($"unknown flag: --{name}\nSee 'wharfd --help'.");
        string value = equals >= 0 ? text[(equals + 1)..]
            : option.Kind == OptionKind.Switch ? "true"
            : Next(arguments, ref index, $"--{name}");
        Store(option, value, settings);
    }

    private static void ParseShort(string letters, ReadOnlySpan<string> arguments, ref int index, RawSettings settings)
    {
        for (int i = 0; i < letters.Length; i++)
        {
            char letter = letters[i];
            DaemonOption option = DaemonOption.Known.FirstOrDefault(option => option.Short == letter)
                ?? throw new ConfigurationException($"unknown shorthand flag: '{letter}' in -{letters}\nSee 'wharfd --help'.");
            string rest = letters[(i + 1)..];
            if (option.Kind == OptionKind.Switch && !rest.StartsWith('='))
            {
                Store(option, "true", settings);
                continue;
            }

            string value = rest.StartsWith('=') ? rest[1..]
                : rest.Length > 0 ? rest
                : Next(arguments, ref index, $"'{letter}' in -{letters}");
            Store(option, value, settings);
            return;
        }
    }

    private static string Next(ReadOnlySpan<string> arguments, ref int index, string flag) =>
        ++index < arguments.Length ? arguments[index] : throw new ConfigurationException($"flag needs an argument: {flag}\nSee 'wharfd --help'.");

    private static void Store(DaemonOption option, string value, RawSettings settings)
    {
        if (option.Kind == OptionKind.List)
        {
            settings.Add(option.Name, value);
        }
        else
        {
            settings.Set(option.Name, value);
        }
    }
}
