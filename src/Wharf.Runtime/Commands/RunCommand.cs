using Wharf.Linux.Processes;
using Wharf.Runtime.Create;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>run</c>: create, start, and unless detached, wait and delete.</summary>
internal static class RunCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, CreateCommand.Flags, CreateCommand.Options);
        StateDirectory directory = StateDirectory.Make(global.Root, arguments.Id());
        try
        {
            CreatedContainer container = CreateCommand.Make(global, arguments, fifo: null, out Bundle bundle);
            try
            {
                CreateCommand.PassTerminal(arguments, container);
                CreateCommand.Record(directory, container, bundle, arguments);
                container.Start();
            }
            catch
            {
                container.Abandon();
                throw;
            }

            return arguments.Has("detach") ? 0 : Wait(arguments, directory, container);
        }
        catch
        {
            directory.Remove();
            throw;
        }
    }

    private static int Wait(Arguments arguments, StateDirectory directory, CreatedContainer container)
    {
        using (container)
        {
            using SignalProxy proxy = SignalProxy.To(container.PidFd);
            int code = PidFd.Wait(container.PidFd, block: true)!.Value.Code;
            container.Delete();
            if (!arguments.Has("keep"))
            {
                directory.Remove();
            }

            return code;
        }
    }
}
