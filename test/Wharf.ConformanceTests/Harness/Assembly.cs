using Wharf.ConformanceTests.Harness;

// One daemon serves every test that does not need one of its own; two cores make parallel test classes slower, not faster.
[assembly: AssemblyFixture(typeof(SharedDaemon))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Wharf.ConformanceTests.Harness;

/// <summary>The daemon of the whole run, with busybox in it.</summary>
public sealed class SharedDaemon : IAsyncLifetime
{
    public TestDaemon Daemon { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Daemon = await TestDaemon.StartWithBusyboxAsync();

    public async ValueTask DisposeAsync() => await Daemon.DisposeAsync();
}
