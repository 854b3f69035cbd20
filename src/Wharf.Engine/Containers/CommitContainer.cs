using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Images;
using Wharf.Oci;

namespace Wharf.Engine.Containers;

/// <summary>How a container's changes become an image.</summary>
public sealed record ContainerCommit
{
    /// <summary>Tag for the image; none when null.</summary>
    public ImageReference? Reference { get; init; }

    public string Comment { get; init; } = "";
    public string Author { get; init; } = "";

    /// <summary>Halt the container meanwhile, so that its files are of one moment.</summary>
    public bool Pause { get; init; } = true;

    /// <summary>Dockerfile instructions that change the image's config.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The image's config where it differs from the container's, which fills in what is not set; null for the container's own.</summary>
    public ContainerConfig? Config { get; init; }
}

/// <summary><c>commit</c>: what a container has written, running or not, as a layer on its image.</summary>
internal sealed class CommitContainer(ContainerDependencies engine, PauseContainer pause)
{
    /// <returns>The image's id.</returns>
    internal async Task<string> RunAsync(string idOrName, ContainerCommit request, CancellationToken cancellationToken)
    {
        Container container = engine.Registry.Find(idOrName);
        Require(container.Snapshot);
        bool isHeld = request.Pause && await pause.TryHoldAsync(container, cancellationToken);
        try
        {
            ContainerSnapshot snapshot = container.Snapshot;
            string id = await engine.Images.CommitAsync(
                new CommitRequest
                {
                    ParentId = snapshot.ImageId,
                    Directory = snapshot.Paths.Upper,
                    Reference = request.Reference,
                    Config = CommittedConfig.Of(request.Config, snapshot.Config),
                    Changes = request.Changes,
                    Author = request.Author,
                    Comment = request.Comment,
                    CreatedBy = string.Join(' ', snapshot.Config.Cmd ?? []),
                },
                cancellationToken);
            engine.Events.Publish(
                snapshot, "commit", ("comment", request.Comment), ("imageID", id), ("imageRef", request.Reference?.WithDefaultTag().Familiar ?? ""));
            return id;
        }
        finally
        {
            if (isHeld)
            {
                await pause.LetGoAsync(container);
            }
        }
    }

    private static void Require(ContainerSnapshot container)
    {
        if (container.State.Status is ContainerStatus.Dead or ContainerStatus.Removing)
        {
            string state = container.State.Status == ContainerStatus.Dead ? "Dead" : "being removed";
            throw WharfException.Conflict($"You cannot commit container {container.Id} which is {state}");
        }
    }
}
