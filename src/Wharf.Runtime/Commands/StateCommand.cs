using System.Text.Json;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>state</c>: what runtime.md calls the state of a container, as JSON.</summary>
internal static class StateCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        StateDirectory directory = StateDirectory.Open(global.Root, new Arguments(words, [], []).Id());
        Console.Out.WriteLine(JsonSerializer.Serialize(Of(directory, directory.Read()), RuntimeSpecJson.Default.State));
        return 0;
    }

    internal static State Of(StateDirectory directory, ContainerRecord record)
    {
        string status = directory.Status(record);
        return new State
        {
            Id = record.Id,
            Status = status,
            Pid = status == "stopped" ? 0 : record.Pid,
            Bundle = record.Bundle,
            Annotations = directory.ReadSpec().Annotations,
        };
    }
}
