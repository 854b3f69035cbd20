using System.Globalization;
using Wharf.Cli.CommandLine.Values;

namespace Wharf.Cli.CommandLine;

/// <summary>
/// The flags of one command. Declared with the typed methods below, read by <see cref="Parse"/> with the rules of Docker's own parser:
/// <c>--flag value</c>, <c>--flag=value</c>, <c>-it</c>, <c>-e value</c>, <c>-evalue</c>, <c>--switch=false</c>, and <c>--</c> ends the flags.
/// </summary>
internal sealed class OptionSet
{
    private readonly List<Option> _options = [];
    private readonly Option<bool> _help;

    internal OptionSet() => _help = Flag("help", null, "Show this page");

    internal IReadOnlyList<Option> All => _options;

    internal bool HelpWanted => _help.Value;

    internal Option<bool> Flag(string name, char? shorthand, string help, bool initial = false) =>
        Add(new Option<bool>(name, shorthand, "", help, initial, ParseBool) { ShownDefault = initial ? "true" : null });

    internal Option<string> Text(string name, char? shorthand, string help, string initial = "", string kind = "string") =>
        Add(new Option<string>(name, shorthand, kind, help, initial, static text => text) { ShownDefault = initial.Length > 0 ? $"\"{initial}\"" : null });

    internal Option<int?> Integer(string name, char? shorthand, string help, string? shownDefault = null) =>
        Add(new Option<int?>(name, shorthand, "int", help, null, static text => (int)ParseInteger(text, 32)) { ShownDefault = shownDefault });

    internal Option<long?> Long(string name, char? shorthand, string help) =>
        Add(new Option<long?>(name, shorthand, "int", help, null, static text => ParseInteger(text, 64)));

    internal Option<long?> Bytes(string name, char? shorthand, string help) =>
        Add(new Option<long?>(name, shorthand, "bytes", help, null, static text => ByteSize.Parse(text)));

    internal Option<TimeSpan?> Duration(string name, string help) =>
        Add(new Option<TimeSpan?>(name, null, "duration", help, null, static text => GoDuration.Parse(text)));

    internal Option<T> Custom<T>(string name, char? shorthand, string kind, string help, T initial, Func<string, T> parse) =>
        Add(new Option<T>(name, shorthand, kind, help, initial, parse));

    /// <param name="check">Throws <see cref="FormatException"/>, or returns what to keep.</param>
    internal ListOption List(string name, char? shorthand, string help, Func<string, string>? check = null, string kind = "list") =>
        Add(new ListOption(name, shorthand, kind, help, check));

    /// <summary>Reads <paramref name="words"/> and returns those that are no flags.</summary>
    /// <param name="interspersed">False when the first such word ends the flags, as for <c>run</c>: what follows belongs to the container.</param>
    /// <exception cref="UsageException">A flag is unknown, or its value is missing or wrong.</exception>
    internal List<string> Parse(ReadOnlySpan<string> words, bool interspersed)
    {
        List<string> rest = [];
        while (!words.IsEmpty)
        {
            string word = words[0];
            words = words[1..];
            if (word == "--")
            {
                rest.AddRange(words);
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                rest.Add(word);
                if (!interspersed)
                {
                    rest.AddRange(words);
                    break;
                }
            }
            else if (word[1] == '-')
            {
                ParseLong(word, ref words);
            }
            else
            {
                ParseShort(word, ref words);
            }
        }

        return rest;
    }

    private void ParseLong(string word, ref ReadOnlySpan<string> following)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word[2..] : word[2..equals];
        if (name.Length == 0 || name[0] == '-')
        {
            throw new UsageException($"bad flag syntax: {word}");
        }

        Option option = _options.Find(candidate => candidate.Name == name) ?? throw new UsageException($"unknown flag: --{name}");
        option.Set(equals >= 0
            ? word[(equals + 1)..]
            : option.ImpliedValue ?? Next(ref following, $"flag needs an argument: --{name}"));
    }

    private void ParseShort(string word, ref ReadOnlySpan<string> following)
    {
        for (int i = 1; i < word.Length; i++)
        {
            char letter = word[i];
            Option? option = _options.Find(candidate => candidate.Shorthand == letter);
            if (option is null)
            {
                if (letter == 'h')
                {
                    _help.Set("true");
                    return;
                }

                throw new UsageException($"unknown shorthand flag: '{letter}' in -{word[i..]}");
            }

            bool more = i + 1 < word.Length;
            if (more && word[i + 1] == '=')
            {
                option.Set(word[(i + 2)..]);
                return;
            }

            if (option.ImpliedValue is { } implied)
            {
                option.Set(implied);
                continue;
            }

            option.Set(more ? word[(i + 1)..] : Next(ref following, $"flag needs an argument: '{letter}' in -{word[i..]}"));
            return;
        }
    }

    private static string Next(ref ReadOnlySpan<string> following, string complaint)
    {
        if (following.IsEmpty)
        {
            throw new UsageException(complaint);
        }

        string word = following[0];
        following = following[1..];
        return word;
    }

    private T Add<T>(T option) where T : Option
    {
        _options.Add(option);
        return option;
    }

    private static bool ParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };

    private static long ParseInteger(string text, int bits)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        return bits == 64 || number is >= int.MinValue and <= int.MaxValue
            ? number
            : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": value out of range");
    }
}
