using Wharf.Linux;
using Wharf.Linux.Fds;

namespace Wharf.Engine.Logs;

/// <summary>Notices that a log grows and that it is rotated: a rotation makes a new file of the same name.</summary>
internal sealed class LogWatch : IDisposable
{
    private readonly Inotify _changes;
    private readonly string _name;

    private LogWatch(Inotify changes, string name)
    {
        _changes = changes;
        _name = name;
    }

    /// <returns>Null when there is no such directory: nothing will be written there.</returns>
    internal static LogWatch? Start(string path)
    {
        try
        {
            return new LogWatch(
                new Inotify(Path.GetDirectoryName(path)!, DirectoryChange.Modified | DirectoryChange.Created), Path.GetFileName(path));
        }
        catch (LinuxException missing) when (missing.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>How many times the log was rotated since this was last asked.</summary>
    internal int TakeRotations()
    {
        int rotations = 0;
        _changes.Drain((change, name) => rotations += change.HasFlag(DirectoryChange.Created) && name == _name ? 1 : 0);
        return rotations;
    }

    /// <summary>Until something changes, or <paramref name="ended"/> completes.</summary>
    internal async Task WaitAsync(Task ended, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task changed = DescriptorWaiter.WaitReadableAsync(_changes.Handle, either.Token);
        await Task.WhenAny(changed, ended);
        await either.CancelAsync();
        await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => _changes.Dispose();
}
