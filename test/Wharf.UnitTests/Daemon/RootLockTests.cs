using Wharf.Daemon.Configuration;
using Wharf.Daemon.Hosting;
using Xunit;

namespace Wharf.UnitTests.Daemon;

public sealed class RootLockTests
{
    [Fact]
    public void One_daemon_to_a_root()
    {
        string root = Directory.CreateTempSubdirectory("wharf-lock-").FullName;
        using (RootLock.Claim(root))
        {
            Assert.Equal(
                $"cannot lock data root {root}: another wharfd uses it; give a second daemon its own --data-root",
                Assert.Throws<ConfigurationException>(() => RootLock.Claim(root)).Message);
        }

        RootLock.Claim(root).Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void A_root_that_cannot_be_is_nobody_elses_fault() => Assert.StartsWith(
        "cannot use data root /proc/nowhere: ",
        Assert.Throws<ConfigurationException>(() => RootLock.Claim("/proc/nowhere")).Message,
        StringComparison.Ordinal);
}
