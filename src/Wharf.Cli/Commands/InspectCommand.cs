using System.Net;
using System.Text.Json;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;
using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands;

/// <summary>
/// <c>inspect</c>, and <c>container|image|network|volume inspect</c>, which look among one kind only. What is printed is the daemon's own
/// document, so that a field this client has never heard of is there too.
/// </summary>
internal sealed class InspectCommand : Command
{
    private static readonly (string Type, string Path)[] s_kinds =
        [("container", "/containers/{0}/json"), ("image", "/images/{0}/json"), ("network", "/networks/{0}"), ("volume", "/volumes/{0}")];

    private readonly string? _kind;
    private readonly Option<string> _format;
    private readonly Option<bool>? _size;
    private readonly Option<string>? _type;

    /// <param name="kind">The one kind to look among; null for all, in Docker's order.</param>
    public InspectCommand(string? kind, string usage, Operand operand)
        : base(usage, Arity.AtLeast(1), operand)
    {
        _kind = kind;
        _format = FormatOption.DeclareForObject(Options, 'f');
        if (kind is null or "container")
        {
            _size = Options.Flag("size", 's', "Show how much a container takes on disk");
        }

        if (kind is null)
        {
            _type = Options.Text("type", null, "Look among this kind only");
        }
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string? kind = _kind ?? (_type is { IsSet: true } ? _type.Value : null);
        if (kind is not null && !s_kinds.Any(candidate => candidate.Type == kind))
        {
            string known = string.Join(", ", s_kinds.Select(type => $"\"{type.Type}\""));
            throw new CommandFailure($"unknown type: \"{kind}\": must be one of {known}");
        }

        Template? template = _format.Value is "" or "json" ? null : Template.Parse(_format.Value);
        List<JsonDocument> found = [];
        List<string> failures = [];
        foreach (string name in arguments)
        {
            try
            {
                found.Add(Find(context.Engine, name, kind));
            }
            catch (Exception e) when (e is DockerApiException or CommandFailure)
            {
                failures.Add(WharfProgram.Describe(e)!);
            }
        }

        if (template is not null)
        {
            foreach (JsonDocument document in found)
            {
                context.Out.WriteLine(Render(template, document));
            }

            context.Out.Write(found.Count == 0 ? "\n" : "");
        }
        else
        {
            context.Out.WriteLine(_format.Value == "json" ? DocumentJson.Compact(found) : DocumentJson.Indented(found));
        }

        context.Streams.Flush();
        failures.ForEach(context.Error.WriteLine);
        return failures.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private JsonDocument Find(DockerClient engine, string name, string? kind)
    {
        foreach ((string type, string path) in s_kinds)
        {
            if (kind is not null && kind != type)
            {
                continue;
            }

            var query = new QueryString(path.Replace("{0}", ContainerRequests.Escape(name), StringComparison.Ordinal));
            try
            {
                using ApiResponse response = engine.Open(ApiRequest.Get(type == "container" ? query.Add("size", _size!.Value) : query));
                return JsonDocument.Parse(response.Body);
            }
            catch (DockerApiException e) when (kind is null && e.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
            {
                // A name that is none of this kind may be one of the next.
            }
        }

        throw new CommandFailure($"Error: No such object: {name}");
    }

    private static string Render(Template template, JsonDocument document)
    {
        try
        {
            return template.Render(TemplateJson.FromJson(document.RootElement));
        }
        catch (TemplateException e)
        {
            throw new CommandFailure($"template parsing error: {e.Message}");
        }
    }
}
