using System.Diagnostics;
using System.Net.Sockets;
using Wharf.Api.Client;
using Wharf.Linux.Terminals;

namespace Wharf.Cli.Connection;

/// <summary>Starts <c>wharfd</c> when nobody answers on the default socket and the caller is root, and says so.</summary>
internal static class DaemonStarter
{
    private const string RunDirectory = "/run/wharf";
    private const string LogFile = RunDirectory + "/wharfd.log";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns once the daemon takes connections, or when there is no hope that it will.</summary>
    internal static void TryStart(DockerEndpoint endpoint, TextWriter error)
    {
        string program = Path.Combine(ProgramDirectory(), "wharfd");
        if (!Environment.IsPrivilegedProcess || endpoint.SocketPath is not { } socket || !File.Exists(program))
        {
            return;
        }

        Directory.CreateDirectory(RunDirectory);
        int pid = DetachedProcess.Start(program, [], LogFile);
        error.WriteLine(WaitFor(socket, pid)
            ? $"wharf: started wharfd (pid {pid})"
            : $"wharf: wharfd (pid {pid}) does not answer on {socket}; its log is {LogFile}");
    }

    /// <summary>Where this program really is: installed, it is a link beside which there may be no daemon.</summary>
    private static string ProgramDirectory()
    {
        string self = Environment.ProcessPath ?? AppContext.BaseDirectory;
        return Path.GetDirectoryName(File.ResolveLinkTarget(self, returnFinalTarget: true)?.FullName ?? self)!;
    }

    private static bool WaitFor(string socket, int pid)
    {
        // A directory watch would miss the moment between bind(2) and listen(2); a connection attempt is the question itself.
        long began = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (Stopwatch.GetElapsedTime(began) < s_patience)
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(new UnixDomainSocketEndPoint(socket));
                return true;
            }
            catch (SocketException)
            {
                if (DetachedProcess.HasEnded(pid))
                {
                    return false;
                }

                pause.Wait(s_interval);
            }
        }

        return false;
    }
}
