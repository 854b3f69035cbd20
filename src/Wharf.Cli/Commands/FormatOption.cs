using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary><c>--format</c>, whose help is the same everywhere.</summary>
internal static class FormatOption
{
    internal static Option<string> DeclareForList(OptionSet options) => options.Text(
        "format",
        null,
        "How to print:\n'table':            a table with headers (default)\n'table TEMPLATE':   a table of the columns of a Go template\n" +
        "'json':             a JSON document a line\n'TEMPLATE':         what the Go template says");

    internal static Option<string> DeclareForObject(OptionSet options, char? shorthand) => options.Text(
        "format", shorthand, "How to print:\n'json':             JSON\n'TEMPLATE':         what the Go template says");
}
