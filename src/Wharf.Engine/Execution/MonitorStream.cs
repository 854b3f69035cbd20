using System.Net.Sockets;

namespace Wharf.Engine.Execution;

/// <summary>The input and output of a process in a container. Disposing lets go of it; the process goes on.</summary>
internal sealed class MonitorStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>End of input; output goes on.</summary>
    internal void CompleteInput()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The process has gone: its input is over in any case.
        }
    }
}
