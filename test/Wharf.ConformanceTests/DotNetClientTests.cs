using Docker.DotNet;
using Docker.DotNet.Models;
using Wharf.ConformanceTests.Harness;

namespace Wharf.ConformanceTests;

/// <summary>Docker.DotNet, unchanged, against our socket: what Testcontainers and other .NET programs use.</summary>
public sealed class DotNetClientTests(SharedDaemon shared)
{
    private readonly TestDaemon _daemon = shared.Daemon;

    [Fact]
    public async Task A_containers_life()
    {
        using DockerClient client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{_daemon.Socket}")).Build();
        CreateContainerResponse created = await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = "busybox",
            Name = "dotnet",
            Cmd = ["sh", "-c", "echo out; echo err >&2; exit 3"],
        });
        Assert.Empty(created.Warnings);
        using MultiplexedStream attached = await client.Containers.AttachContainerAsync(
            created.ID, new ContainerAttachParameters { Stream = true, Stdout = true, Stderr = true });
        Assert.True(await client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters()));
        (string output, string error) = await attached.ReadOutputToEndAsync(CancellationToken.None);
        Assert.Equal(("out\n", "err\n"), (output, error));
        Assert.Equal(3, (await client.Containers.WaitContainerAsync(created.ID)).StatusCode);
        ContainerInspectResponse inspected = await client.Containers.InspectContainerAsync(created.ID);
        Assert.Equal(("exited", 3L), (inspected.State!.Status, inspected.State.ExitCode));
        Assert.Contains(
            await client.Containers.ListContainersAsync(new ContainersListParameters { All = true }), container => container.Names.Contains("/dotnet"));
        await client.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters());
        await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => client.Containers.InspectContainerAsync(created.ID));
    }

    [Fact]
    public async Task System_images_networks_and_volumes()
    {
        using DockerClient client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{_daemon.Socket}")).Build();
        await client.System.PingAsync();
        Assert.Equal("linux", (await client.System.GetVersionAsync()).Os);
        Assert.True((await client.System.GetSystemInfoAsync()).NCPU > 0);
        Assert.Contains(await client.Images.ListImagesAsync(new ImagesListParameters()), image => image.RepoTags.Contains("busybox:latest"));
        Assert.Contains(await client.Networks.ListNetworksAsync(), network => network.Name == "bridge");
        VolumeResponse volume = await client.Volumes.CreateAsync(new VolumesCreateParameters { Name = "dotnet" });
        Assert.Equal("local", volume.Driver);
        await client.Volumes.RemoveAsync("dotnet");
    }
}
