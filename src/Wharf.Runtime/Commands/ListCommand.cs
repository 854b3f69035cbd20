using System.Text.Json;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>list</c>: the containers below <c>--root</c>, as a table, JSON, or ids alone.</summary>
internal static class ListCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, ["quiet|q"], ["format|f"]);
        ListedContainer[] containers = [.. StateDirectory.All(global.Root).Select(directory =>
        {
            ContainerRecord record = directory.Read();
            string status = directory.Status(record);
            return new ListedContainer("1.3.0", record.Id, status == "stopped" ? 0 : record.Pid, status, record.Bundle, record.Created);
        })];
        if (arguments.Value("format") == "json")
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(containers, StateJson.Default.IReadOnlyListListedContainer));
            return 0;
        }

        if (!arguments.Has("quiet"))
        {
            Console.Out.WriteLine($"{"ID",-24}{"PID",-12}{"STATUS",-12}{"BUNDLE",-32}CREATED");
        }

        foreach (ListedContainer container in containers)
        {
            Console.Out.WriteLine(arguments.Has("quiet")
                ? container.Id
                : $"{container.Id,-24}{container.Pid,-12}{container.Status,-12}{container.Bundle,-32}{container.Created:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        return 0;
    }
}
