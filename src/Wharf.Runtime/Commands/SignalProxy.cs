using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Processes;

namespace Wharf.Runtime.Commands;

/// <summary>While a container runs in the foreground, what is sent to us is meant for it.</summary>
internal sealed class SignalProxy : IDisposable
{
    private static readonly PosixSignal[] Forwarded = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
    private readonly List<PosixSignalRegistration> _registrations = [];

    private SignalProxy(SafeFileHandle process)
    {
        foreach (PosixSignal signal in Forwarded)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                PidFd.Signal(process, Number(context.Signal));
            }));
        }
    }

    internal static SignalProxy To(SafeFileHandle process) => new(process);

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };
}
