namespace Wharf.Cli.Templates;

/// <summary>A value with named fields, some of which take arguments (<c>.Label "key"</c>).</summary>
internal interface ITemplateRow
{
    /// <summary>Every field without arguments, for <c>{{json .}}</c>.</summary>
    IEnumerable<KeyValuePair<string, object?>> Fields { get; }

    bool TryGet(string field, IReadOnlyList<object?> arguments, out object? value);
}
