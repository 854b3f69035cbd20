using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>The daemon dies at moments spread over a build: what was finished is in the cache, and of the rest nothing stays anywhere.</summary>
public sealed class BuildCrashTests
{
    private const int Moments = 8;

    [Fact]
    public async Task A_crash_leaves_nothing_of_a_build_but_what_it_had_finished()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string context = await ContextAsync(daemon);
        for (int moment = 0; moment < Moments; moment++)
        {
            await File.WriteAllTextAsync(Path.Combine(context, "changing"), $"{moment}");
            using (Process build = daemon.StartCli(moment % 2 == 0 ? "wharf" : "docker", "build", "-t", "made", context))
            {
                Task<string> said = build.StandardOutput.ReadToEndAsync();
                await Task.Delay(moment * moment * 15);
                await daemon.KillAsync();
                await build.WaitForExitAsync();
                await said;
            }

            await daemon.LaunchAsync();
            (await daemon.WharfAsync("system", "fsck")).Expect().Says("all in order");
            await AssertNothingRunsAsync(daemon);
        }

        (await daemon.WharfAsync("build", "-t", "made", context)).Expect();
        Assert.Equal($"{Moments - 1}", (await daemon.DockerAsync("run", "--rm", "made", "cat", "/changing")).Expect().Text);
        (await daemon.WharfAsync("system", "fsck", "--deep")).Expect().Says("all in order");

        // Nothing of what was broken off has a hold that nobody can let go of.
        (await daemon.DockerAsync("rmi", "made", "busybox")).Expect();
        (await daemon.WharfAsync("builder", "prune", "-af")).Expect();
        (await daemon.WharfAsync("image", "prune", "-af")).Expect();
        foreach (string place in (string[])["content/sha256", "content/ingest", "layers", "contexts", "build-mounts"])
        {
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(daemon.Root, place)));
        }
    }

    [Fact]
    public async Task A_crash_while_the_cache_is_pruned_leaves_records_and_layers_in_step()
    {
        await using TestDaemon daemon = await TestDaemon.StartWithBusyboxAsync();
        string context = await ContextAsync(daemon);
        for (int moment = 0; moment < Moments / 2; moment++)
        {
            (await daemon.WharfAsync("build", "-q", context)).Expect();
            using (Process prune = daemon.StartCli("wharf", "builder", "prune", "-af"))
            {
                await Task.Delay(moment * 15);
                await daemon.KillAsync();
                await prune.WaitForExitAsync();
            }

            await daemon.LaunchAsync();
            (await daemon.WharfAsync("system", "fsck", "--deep")).Expect().Says("all in order");
        }

        (await daemon.WharfAsync("build", "-t", "made", context)).Expect();
        (await daemon.DockerAsync("run", "--rm", "made", "cat", "/changing")).Expect();
    }

    /// <summary>Stages side by side, many files, a cache, a program that runs for a while, and work at the end.</summary>
    private static async Task<string> ContextAsync(TestDaemon daemon)
    {
        string context = Directory.CreateDirectory(Path.Combine(daemon.Scratch, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "changing"), "0");
        await File.WriteAllBytesAsync(Path.Combine(context, "large"), RandomNumberGenerator.GetBytes(4 << 20));
        for (int i = 0; i < 300; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(context, $"file{i}"), $"{i}");
        }

        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), """
            FROM busybox AS one
            COPY changing /
            RUN --mount=type=cache,target=/cache echo $(cat /changing) >>/cache/seen; for i in $(seq 200); do echo $i >/f$i; done
            FROM busybox AS two
            COPY . /all/
            RUN cat /all/changing /all/large >/twice; sleep 0.2
            FROM busybox
            COPY --from=one /changing /f1 /
            COPY --from=two /twice /
            RUN rm /f1
            """);
        return context;
    }

    /// <summary>No directory, mount, program or cgroup of a step.</summary>
    private static async Task AssertNothingRunsAsync(TestDaemon daemon)
    {
        foreach (string place in (string[])[daemon.Root, daemon.Run])
        {
            string builds = Path.Combine(place, "builds");
            Assert.False(Directory.Exists(builds), $"{builds} is still there");
            Assert.DoesNotContain(builds, await File.ReadAllTextAsync("/proc/self/mountinfo"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.Combine(daemon.Root, "layers")), name => !IsHex(Path.GetFileName(name)));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories(Path.Combine(daemon.Root, "contexts")), name => Path.GetFileName(name).StartsWith("gone-", StringComparison.Ordinal));
        string instance = "wharf-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(daemon.Root)))[..6];
        IEnumerable<string> cgroups = Directory.EnumerateDirectories("/sys/fs/cgroup", instance)
            .Concat(Directory.EnumerateDirectories("/sys/fs/cgroup").Select(controller => Path.Combine(controller, instance)).Where(Directory.Exists))
            .SelectMany(Directory.EnumerateDirectories);
        Assert.DoesNotContain(cgroups, cgroup => !cgroup.EndsWith("/wharf", StringComparison.Ordinal));
    }

    private static bool IsHex(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigitLower);
}
