using Wharf.Cli.Templates;

namespace Wharf.Cli.Output;

/// <summary>One column that <c>--format</c> can name.</summary>
internal sealed record Column<T>(string Name, string Header, Func<T, object?> Value);

/// <summary>
/// A list in the shapes of <c>--format</c>: a table of Docker's columns, a table of the user's, a line of JSON each, or a template each.
/// </summary>
/// <param name="call">Fields with an argument, such as <c>.Label "key"</c>.</param>
internal sealed class Listing<T>(IReadOnlyList<Column<T>> columns, Func<T, string, string, object?>? call = null)
{
    /// <param name="format">What the user asked for; empty for the default table.</param>
    /// <param name="defaultColumns">The template of the default table.</param>
    internal void Write(TextWriter output, IEnumerable<T> items, string format, string defaultColumns)
    {
        if (format == "json")
        {
            format = "{{json .}}";
        }

        string? table = format is "" or "table" ? defaultColumns
            : format.StartsWith("table ", StringComparison.Ordinal) ? format["table ".Length..].Trim()
            : null;
        Template template = Parse((table ?? format).Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
        if (table is null)
        {
            foreach (T item in items)
            {
                output.WriteLine(template.Render(new Row(columns, item, call)));
            }

            return;
        }

        List<string> rows = [template.Render(new HeaderRow(columns))];
        rows.AddRange(items.Select(item => template.Render(new Row(columns, item, call))));
        output.Write(TabTable.Render(rows));
    }

    private static Template Parse(string text)
    {
        try
        {
            return Template.Parse(text);
        }
        catch (TemplateException e)
        {
            throw new TemplateException($"failed to parse template: {e.Message}");
        }
    }

    private sealed class Row(IReadOnlyList<Column<T>> columns, T item, Func<T, string, string, object?>? call) : ITemplateRow
    {
        public IEnumerable<KeyValuePair<string, object?>> Fields =>
            columns.Select(column => KeyValuePair.Create(column.Name, column.Value(item)));

        public bool TryGet(string field, IReadOnlyList<object?> arguments, out object? value)
        {
            if (arguments is [string argument])
            {
                value = call?.Invoke(item, field, argument);
                return value is not null;
            }

            Column<T>? column = columns.FirstOrDefault(column => column.Name == field);
            value = column?.Value(item);
            return column is not null;
        }
    }

    private sealed class HeaderRow(IReadOnlyList<Column<T>> columns) : ITemplateRow
    {
        public IEnumerable<KeyValuePair<string, object?>> Fields =>
            columns.Select(column => KeyValuePair.Create(column.Name, (object?)column.Header));

        public bool TryGet(string field, IReadOnlyList<object?> arguments, out object? value)
        {
            value = arguments is [string argument]
                ? argument.ToUpperInvariant()[(argument.LastIndexOf('.') + 1)..]
                : columns.FirstOrDefault(column => column.Name == field)?.Header;
            return value is not null;
        }
    }
}
