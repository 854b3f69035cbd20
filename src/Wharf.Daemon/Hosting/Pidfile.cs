using System.Globalization;
using Wharf.Daemon.Configuration;

namespace Wharf.Daemon.Hosting;

/// <summary>The daemon's process id, for scripts. One left behind by a crash is taken over; one of a living daemon is respected.</summary>
internal sealed class Pidfile : IDisposable
{
    private readonly string _path;

    private Pidfile(string path) => _path = path;

    /// <exception cref="ConfigurationException">Another daemon is running with this file.</exception>
    internal static Pidfile Claim(string path)
    {
        if (Read(path) is { } pid && pid != Environment.ProcessId && IsDaemon(pid))
        {
            throw new ConfigurationException($"process with PID {pid} is still running: pid file {path} belongs to it; use another --pidfile for a second daemon");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.Move(path + ".new", path, overwrite: true);
        return new Pidfile(path);
    }

    public void Dispose()
    {
        if (Read(_path) == Environment.ProcessId)
        {
            File.Delete(_path);
        }
    }

    private static int? Read(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;

    /// <summary>
    /// The number may have been given to something else since: only a process of our own name counts. One that was killed and not waited for
    /// yet is still there, as a zombie, and is none.
    /// </summary>
    private static bool IsDaemon(int pid)
    {
        try
        {
            // proc_pid_stat(5): PID (NAME) STATE …
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            int end = stat.LastIndexOf(')');
            return stat[(end + 2)..][0] is not ('Z' or 'X')
                && stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end] == File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
