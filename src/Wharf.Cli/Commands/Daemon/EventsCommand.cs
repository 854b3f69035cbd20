using System.Text.Json;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Events;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;
using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class EventsCommand : Command
{
    private readonly ListOption _filter;
    private readonly Option<string> _format;
    private readonly Option<string> _since;
    private readonly Option<string> _until;

    public EventsCommand()
        : base("", Arity.None)
    {
        _filter = Filters.Declare(Options);
        _format = FormatOption.DeclareForObject(Options, null);
        _since = Options.Text("since", null, "Begin with events of this time");
        _until = Options.Text("until", null, "End with events of this time");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        Template? template = _format.Value.Length == 0 ? null : Template.Parse(_format.Value == "json" ? "{{json .}}" : _format.Value);
        using ApiResponse response = context.Engine.Open(ApiRequest.Get(new QueryString("/events")
            .Add("since", GoTime.ToUnix(_since.Value, context.Time)).Add("until", GoTime.ToUnix(_until.Value, context.Time))
            .AddFilters(Filters.Gather(_filter))));
        foreach (EventMessage message in response.ReadLines(ApiJson.Default.EventMessage))
        {
            context.Out.WriteLine(template is null
                ? Line(message, context.Time)
                : template.Render(TemplateJson.FromJson(JsonSerializer.SerializeToElement(message, ApiJson.Default.EventMessage))));
            context.Streams.Flush();
        }

        return ExitCodes.Success;
    }

    private static string Line(EventMessage message, TimeProvider time)
    {
        string attributes = string.Join(", ", message.Actor.Attributes
            .OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => $"{attribute.Key}={attribute.Value}"));
        string line = $"{GoTime.Nano(message.TimeNano, time)} {message.Type} {message.Action} {message.Actor.ID}";
        return attributes.Length > 0 ? $"{line} ({attributes})" : line;
    }
}
