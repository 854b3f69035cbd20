using Wharf.Daemon.Configuration;

namespace Wharf.Daemon.Hosting;

/// <summary>One daemon to a data root. The kernel drops the lock with the process, however that ends.</summary>
internal sealed class RootLock : IDisposable
{
    private const int EAGAIN = 11;
    private readonly FileStream _file;

    private RootLock(FileStream file) => _file = file;

    /// <exception cref="ConfigurationException">Another daemon holds it, or the directory cannot be used.</exception>
    internal static RootLock Claim(string root)
    {
        try
        {
            Directory.CreateDirectory(root);

            // FileShare.None is flock(2) with LOCK_EX|LOCK_NB underneath.
            return new RootLock(new FileStream(Path.Combine(root, "wharfd.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigurationException($"cannot use data root {root}: {e.Message} (wharfd needs to be started as root)");
        }
        catch (IOException e) when (e.HResult == EAGAIN)
        {
            throw new ConfigurationException($"cannot lock data root {root}: another wharfd uses it; give a second daemon its own --data-root");
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"cannot use data root {root}: {e.Message}");
        }
    }

    public void Dispose() => _file.Dispose();
}
