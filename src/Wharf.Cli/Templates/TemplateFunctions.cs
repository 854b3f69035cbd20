using System.Net;
using System.Text;

namespace Wharf.Cli.Templates;

/// <summary>The functions of Go's templates and those Docker adds.</summary>
internal static class TemplateFunctions
{
    private static readonly Dictionary<string, Func<object?[], object?>> s_functions = new()
    {
        ["and"] = static values => values[^1],
        ["or"] = static values => values[^1],
        ["not"] = static values => !GoFormat.IsTrue(values[0]),
        ["len"] = static values => Length(values[0]),
        ["index"] = static values => values.Skip(1).Aggregate(values[0], Index),
        ["slice"] = static values => values[0] is string text
            ? text[Bounds(values, text.Length)]
            : List(values[0]).Take(Bounds(values, List(values[0]).Count)).ToList(),
        ["print"] = static values => string.Concat(values.Select(GoFormat.Value)),
        ["println"] = static values => string.Join(' ', values.Select(GoFormat.Value)) + "\n",
        ["printf"] = static values => GoFormat.Printf(Text(values[0]), values[1..]),
        ["html"] = static values => WebUtility.HtmlEncode(Text(values[0])),
        ["urlquery"] = static values => Uri.EscapeDataString(Text(values[0])),
        ["eq"] = static values => values.Skip(1).Any(value => Compare(values[0], value) == 0),
        ["ne"] = static values => Compare(values[0], values[1]) != 0,
        ["lt"] = static values => Compare(values[0], values[1]) < 0,
        ["le"] = static values => Compare(values[0], values[1]) <= 0,
        ["gt"] = static values => Compare(values[0], values[1]) > 0,
        ["ge"] = static values => Compare(values[0], values[1]) >= 0,
        ["json"] = static values => TemplateJson.Write(values[0]),
        ["split"] = static values => Text(values[0]).Split(Text(values[1])).ToList<object?>(),
        ["join"] = static values => string.Join(Text(values[1]), List(values[0]).Select(GoFormat.Value)),
        ["title"] = static values => Title(Text(values[0])),
        ["lower"] = static values => Text(values[0]).ToLowerInvariant(),
        ["upper"] = static values => Text(values[0]).ToUpperInvariant(),
        ["pad"] = static values => Pad(Text(values[0]), (int)Number(values[1]), (int)Number(values[2])),
        ["truncate"] = static values => Truncate(Text(values[0]), (int)Number(values[1])),
    };

    internal static bool Exists(string name) => s_functions.ContainsKey(name);

    internal static object? Call(string name, object?[] arguments)
    {
        try
        {
            return s_functions[name](arguments);
        }
        catch (IndexOutOfRangeException)
        {
            throw new TemplateException($"template: :1:2: executing \"\" at <{name}>: wrong number of args for {name}: got {arguments.Length}");
        }
    }

    private static long Length(object? value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        IReadOnlyDictionary<string, object?> map => map.Count,
        IReadOnlyList<object?> list => list.Count,
        _ => throw new TemplateException($"template: :1:2: executing \"\" at <len>: error calling len: len of type {GoFormat.Value(value)}"),
    };

    private static object? Index(object? value, object? key) => (value, key) switch
    {
        (IReadOnlyDictionary<string, object?> map, string name) => map.TryGetValue(name, out object? entry) ? entry : "",
        (IReadOnlyList<object?> list, long place) when place >= 0 && place < list.Count => list[(int)place],
        (IReadOnlyList<object?> or string, long place) =>
            throw new TemplateException($"template: :1:2: executing \"\" at <index>: error calling index: reflect: slice index out of range: {place}"),
        (null, _) => throw new TemplateException("template: :1:2: executing \"\" at <index>: error calling index: index of untyped nil"),
        _ => throw new TemplateException($"template: :1:2: executing \"\" at <index>: error calling index: can't index item of type {GoFormat.Value(value)}"),
    };

    /// <summary>The bounds of <c>slice x 1 3</c>.</summary>
    private static Range Bounds(object?[] values, int length)
    {
        int from = values.Length > 1 ? (int)Number(values[1]) : 0;
        int end = values.Length > 2 ? (int)Number(values[2]) : length;
        return from >= 0 && from <= end && end <= length
            ? from..end
            : throw new TemplateException($"template: :1:2: executing \"\" at <slice>: error calling slice: index out of range: {end}");
    }

    private static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (long a, long b) => a.CompareTo(b),
        (long or double, long or double) => Number(left).CompareTo(Number(right)),
        (null, null) => 0,
        (null, _) or (_, null) => 1,
        _ => throw new TemplateException("template: :1:2: executing \"\" at <eq>: error calling eq: incompatible types for comparison"),
    };

    private static double Number(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        _ => throw new TemplateException($"template: :1: expected integer; found {GoFormat.Value(value)}"),
    };

    private static string Text(object? value) =>
        value as string ?? throw new TemplateException($"template: :1: wrong type for value; expected string; got {GoFormat.Value(value)}");

    private static IReadOnlyList<object?> List(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        null => [],
        _ => throw new TemplateException($"template: :1: wrong type for value; expected a list; got {GoFormat.Value(value)}"),
    };

    private static string Title(string text)
    {
        char[] letters = text.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            if (i == 0 || char.IsWhiteSpace(letters[i - 1]))
            {
                letters[i] = char.ToUpperInvariant(letters[i]);
            }
        }

        return new string(letters);
    }

    private static string Pad(string text, int before, int after) =>
        text.Length == 0 ? text : new string(' ', before) + text + new string(' ', after);

    private static string Truncate(string text, int most) => text.Length > most ? text[..most] : text;
}
