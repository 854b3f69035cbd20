using System.Globalization;
using System.Text;

namespace Wharf.Cli.Templates;

/// <summary>Values as Go's <c>fmt</c> prints them.</summary>
internal static class GoFormat
{
    /// <summary>What an action prints.</summary>
    internal static string Print(object? value) => value is null ? "<no value>" : Value(value);

    /// <summary><c>%v</c>.</summary>
    internal static string Value(object? value) => value switch
    {
        null => "<nil>",
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant(),
        IReadOnlyDictionary<string, object?> map =>
            $"map[{string.Join(' ', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{Value(pair.Value)}"))}]",
        IReadOnlyList<object?> list => $"[{string.Join(' ', list.Select(Value))}]",
        ITemplateRow row => $"{{{string.Join(' ', row.Fields.Select(field => Value(field.Value)))}}}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>What <c>if</c> takes for true: anything but nothing, zero and what is empty.</summary>
    internal static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        _ => true,
    };

    /// <summary><c>printf</c>, with the verbs <c>%s %v %d %q %t %x %X %f %g %c</c>, width, precision and the flags <c>- 0 +</c>.</summary>
    internal static string Printf(string format, IReadOnlyList<object?> arguments)
    {
        var output = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                output.Append(format[i]);
                continue;
            }

            int start = ++i;
            while (i < format.Length - 1 && format[i] is '-' or '+' or '#' or ' ' or '.' || char.IsAsciiDigit(format[i]))
            {
                i++;
            }

            if (format[i] == '%')
            {
                output.Append('%');
                continue;
            }

            output.Append(next < arguments.Count
                ? Padded(format[start..i], format[i], arguments[next++])
                : $"%!{format[i]}(MISSING)");
        }

        return output.ToString();
    }

    internal static string Quote(string text) =>
        '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + '"';

    private static string Padded(string flags, char verb, object? value)
    {
        int dot = flags.IndexOf('.', StringComparison.Ordinal);
        int? precision = dot >= 0 && int.TryParse(flags.AsSpan(dot + 1), out int digits) ? digits : dot >= 0 ? 0 : null;
        string widthText = (dot >= 0 ? flags[..dot] : flags).TrimStart('-', '+', '#', ' ');
        _ = int.TryParse(widthText, out int width);
        string text = Verb(verb, value, precision);
        if (flags.Contains('+', StringComparison.Ordinal) && value is long or double && !text.StartsWith('-'))
        {
            text = "+" + text;
        }

        return flags.Contains('-', StringComparison.Ordinal) ? text.PadRight(width)
            : widthText.StartsWith('0') && value is long or double ? text.PadLeft(width, '0')
            : text.PadLeft(width);
    }

    private static string Verb(char verb, object? value, int? precision) => (verb, value) switch
    {
        ('s' or 'v', string text) => precision is { } most && most < text.Length ? text[..most] : text,
        ('s' or 'v', _) => Value(value),
        ('q', string text) => Quote(text),
        ('d', long number) => number.ToString(CultureInfo.InvariantCulture),
        ('t', bool flag) => Value(flag),
        ('x', long number) => number.ToString("x", CultureInfo.InvariantCulture),
        ('X', long number) => number.ToString("X", CultureInfo.InvariantCulture),
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('c', long number) => ((char)number).ToString(),
        ('f', double or long) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString($"F{precision ?? 6}", CultureInfo.InvariantCulture),
        ('g', double) => Value(value),
        _ => $"%!{verb}({TypeName(value)}={Value(value)})",
    };

    private static string TypeName(object? value) => value switch
    {
        string => "string",
        long => "int",
        double => "float64",
        bool => "bool",
        _ => "value",
    };
}
