using Wharf.Linux;
using Wharf.Linux.Processes;
using Wharf.Runtime.Create;
using Wharf.Runtime.Records;

namespace Wharf.Runtime.Commands;

/// <summary><c>start</c>: lets a created container's init execute its program.</summary>
internal static class StartCommand
{
    internal static int Execute(GlobalOptions global, ReadOnlySpan<string> words)
    {
        var arguments = new Arguments(words, [], []);
        StateDirectory directory = StateDirectory.Open(global.Root, arguments.Id());
        ContainerRecord record = directory.Read();
        string status = directory.Status(record);
        if (status != "created")
        {
            throw new RuntimeFailure($"cannot start container {record.Id}: it is {status}, not created");
        }

        Oci.RuntimeSpec.Spec spec = directory.ReadSpec();
        using (Microsoft.Win32.SafeHandles.SafeFileHandle init = PidFd.Open(record.Pid))
        {
            Hooks.Run(spec.Hooks?.StartContainer, StateCommand.Of(directory, record), Hooks.Inside(init));
        }

        try
        {
            Fifo.WriteByte(directory.FifoPath, Handshake.Start);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ENXIO)
        {
            throw new RuntimeFailure($"cannot start container {record.Id}: its init has gone");
        }

        File.Delete(directory.FifoPath);
        Hooks.Run(spec.Hooks?.Poststart, StateCommand.Of(directory, record), inside: null);
        return 0;
    }
}
