using Wharf.Engine.Builds.Context;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Containers;
using Wharf.Engine.Images.Garbage;
using Wharf.Engine.Images.Layers;
using Wharf.Engine.Images.Pack;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <param name="Layer">Null when the step changed nothing.</param>
/// <param name="Size">Bytes of its files.</param>
internal sealed record MadeStep(Digest? Layer, long Size);

/// <summary>Makes the layer of a step that is not in the cache. All or nothing: what fails leaves no layer and no directory.</summary>
internal sealed class StepRunner(SolveParts parts, BuildPlace place, RootViews views, ILease lease, DateTimeOffset? epoch)
{
    internal async Task<FileTree> OpenAsync(SourceVertex source, CancellationToken cancellationToken)
    {
        switch (source)
        {
            case ContextVertex context:
                return new ContextTree(context.Context, epoch);
            case TextVertex text:
                return new TextTree(text.Files, epoch ?? parts.Clock.GetUtcNow());
            case DownloadVertex download:
                string directory = place.NewDirectory();
                await Download.RunAsync(download, directory, cancellationToken);
                return new RootTree(directory, identity: null);
            case GitVertex git:
                StoredContext files = await Task.Run(() => GitFetch.Run(parts.Contexts, git.Request, cancellationToken), CancellationToken.None);
                return new ContextTree(files, epoch, files);
            default:
                throw new InvalidOperationException($"{source.GetType().Name} is not known to the solver");
        }
    }

    internal async Task<MadeStep> RunAsync(RootVertex vertex, StepInputs inputs, IProgress<StepPiece> output, CancellationToken cancellationToken)
    {
        string id = BuildPlace.NewId();
        ContainerPaths paths = place.NewStep(id);
        try
        {
            bool isSomething = vertex is ExecVertex exec
                ? await ExecAsync(exec, inputs, id, paths, output, cancellationToken)
                : Put((FileVertex)vertex, inputs, paths, cancellationToken);
            if (!isSomething)
            {
                return new MadeStep(null, 0);
            }

            var options = new AdoptOptions { LatestModified = epoch?.ToUnixTimeSeconds() };
            UnpackedLayer layer = await parts.Images.Layers.AdoptAsync(paths.Upper, lease, options, cancellationToken);
            return new MadeStep(layer.DiffId, layer.Size);
        }
        finally
        {
            TreeRemoval.Remove(paths.Root);
        }
    }

    /// <summary>Whether a step would make the files of a layer that is here, whatever their times.</summary>
    /// <param name="layer">Null for nothing.</param>
    internal async Task<bool> MakesAsync(FileVertex vertex, StepInputs inputs, Digest? layer, CancellationToken cancellationToken)
    {
        ContainerPaths paths = place.NewStep(BuildPlace.NewId());
        try
        {
            bool isSomething = Put(vertex, inputs, paths, cancellationToken);
            if (!isSomething || layer is null)
            {
                return !isSomething && layer is null;
            }

            Digest made = await PackedLayer.ContentOfAsync(paths.Upper, cancellationToken);
            return made == await PackedLayer.ContentOfAsync(parts.Images.Layers.DiffPath(layer), cancellationToken);
        }
        finally
        {
            TreeRemoval.Remove(paths.Root);
        }
    }

    private bool Put(FileVertex vertex, StepInputs inputs, ContainerPaths paths, CancellationToken cancellationToken)
    {
        RootState state = inputs.Base.State;
        using var step = new FileStep(
            views.Of(state), views.LowerOf(state), paths.Upper, paths.Work, paths.Merged, epoch ?? parts.Clock.GetUtcNow());
        return step.Run(vertex.Actions, inputs.Trees, cancellationToken);
    }

    private async Task<bool> ExecAsync(
        ExecVertex vertex, StepInputs inputs, string id, ContainerPaths paths, IProgress<StepPiece> output, CancellationToken cancellationToken)
    {
        RootState state = inputs.Base.State;
        string view = views.Of(state);
        FileStep.GiveRoot(view, paths.Upper);
        await using var mounts = new ExecMounts(paths.Root, paths.Run + "-files", parts.Mounts);
        await mounts.AddAsync(vertex, inputs.Trees, cancellationToken);
        var relay = new OutputRelay((stream, bytes) => output.Report(new StepPiece(stream, bytes)));
        await parts.Exec.RunAsync(
            vertex, new ExecPlace(id, paths, views.LowerOf(state), view, mounts.Points, mounts.SecretEnvironment), relay, cancellationToken);
        return true;
    }
}
