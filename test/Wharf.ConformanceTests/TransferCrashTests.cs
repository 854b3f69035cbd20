using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The daemon dies, or its client leaves, in the middle of a transfer, again and again.</summary>
public sealed class TransferCrashTests : IAsyncLifetime
{
    private const int LayerSize = 24 << 20;
    private const long Speed = 20 << 20;

    /// <summary>What may be on its way when somebody dies, and headers.</summary>
    private const int LostAtOnce = 3 << 20;

    private TestDaemon _daemon = null!;
    private LocalRegistry _registry = null!;
    private SlowLine _line = null!;

    public async ValueTask InitializeAsync()
    {
        _daemon = await TestDaemon.StartAsync();
        _registry = await LocalRegistry.StartAsync();
        _line = new SlowLine(_registry.Address, Speed);
        string tar = Path.Combine(_daemon.Scratch, "random.tar");
        await using (var writer = new TarWriter(File.Create(tar)))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "random") { DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(LayerSize)) });
        }

        (await _daemon.DockerAsync("import", tar, Name)).Expect();
        File.Delete(tar);
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        await _registry.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    private string Name => $"{_line.Address}/app:1";

    private async Task CheckStoreAsync() => (await _daemon.WharfAsync("system", "fsck")).Expect();

    /// <summary>Starts a client and waits until so many bytes have gone by since.</summary>
    private async Task<Process> StartAsync(Func<long> moved, long bytes, params string[] arguments)
    {
        long before = moved();
        Process client = _daemon.StartCli("docker", arguments);
        await Poll.UntilAsync(() => Task.FromResult(moved() - before >= bytes), $"{bytes} bytes have gone by");
        return client;
    }

    private async Task<long> PushAsync()
    {
        (await _daemon.DockerAsync("push", Name)).Expect();
        (await _daemon.DockerAsync("rmi", Name)).Expect();
        return _line.Received;
    }

    [Fact]
    public async Task Pull_goes_on_after_each_crash_of_the_daemon()
    {
        long before = await PushAsync();
        foreach (int bytes in (int[])[1 << 20, 5 << 20, 9 << 20])
        {
            using Process client = await StartAsync(() => _line.Received, bytes, "pull", Name);
            await _daemon.RestartAfterCrashAsync();
            await client.WaitForExitAsync();
            await CheckStoreAsync();
            Assert.Empty((await _daemon.DockerAsync("images", "-aq")).Expect().Text);
        }

        (await _daemon.DockerAsync("pull", Name)).Expect();
        Assert.InRange(_line.Received - before, LayerSize, LayerSize + (3 * LostAtOnce));
        await CheckStoreAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_daemon.Root, "content", "partial")));
    }

    [Fact]
    public async Task Pull_goes_on_after_its_client_has_left()
    {
        long before = await PushAsync();
        using (Process client = await StartAsync(() => _line.Received, 8 << 20, "pull", Name))
        {
            client.Kill();
            await client.WaitForExitAsync();
        }

        await Poll.UntilAsync(async () => (await _daemon.WharfAsync("system", "fsck")).ExitCode == 0, "the pull has ended");
        (await _daemon.DockerAsync("pull", Name)).Expect();
        Assert.InRange(_line.Received - before, LayerSize, LayerSize + LostAtOnce);
    }

    [Fact]
    public async Task What_a_pull_has_left_goes_with_prune()
    {
        await PushAsync();
        using (Process client = await StartAsync(() => _line.Received, 8 << 20, "pull", Name))
        {
            await _daemon.RestartAfterCrashAsync();
            await client.WaitForExitAsync();
        }

        string partial = Path.Combine(_daemon.Root, "content", "partial");
        Assert.Single(Directory.EnumerateFiles(partial));
        (await _daemon.DockerAsync("image", "prune", "-f")).Expect();
        Assert.Empty(Directory.EnumerateFiles(partial));
    }

    [Fact]
    public async Task Push_works_after_each_crash_of_the_daemon()
    {
        string id = (await _daemon.DockerAsync("images", "-q", "--no-trunc")).Expect().Text;
        foreach (int bytes in (int[])[1 << 10, 1 << 20, 20 << 20])
        {
            using Process client = await StartAsync(() => _line.Sent, bytes, "push", Name);
            await _daemon.RestartAfterCrashAsync();
            await client.WaitForExitAsync();
            await CheckStoreAsync();
            Assert.Equal(id, (await _daemon.DockerAsync("images", "-q", "--no-trunc")).Expect().Text);
        }

        (await _daemon.DockerAsync("push", Name)).Expect().Says("1: digest: sha256:");
        (await _daemon.DockerAsync("rmi", Name)).Expect();
        (await _daemon.DockerAsync("pull", Name)).Expect();
        Assert.Equal(id, (await _daemon.DockerAsync("images", "-q", "--no-trunc")).Expect().Text);
    }
}
