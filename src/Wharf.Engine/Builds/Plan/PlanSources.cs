using Wharf.Engine.Builds.Dockerfile;
using Wharf.Engine.Images;

namespace Wharf.Engine.Builds.Plan;

/// <summary>The vertices that COPY, ADD and mounts take files from; each source is one vertex, however many need it.</summary>
internal sealed class PlanSources(BuildRequest request, BaseImages images, Func<Stage, Task<StagePlan>> plan)
{
    private readonly ContextVertex _context = new() { Name = "context", Context = request.Context };
    private readonly Dictionary<string, Vertex> _named = new(StringComparer.Ordinal);

    /// <summary>The client's files.</summary>
    internal Vertex Context => _context;

    internal async Task<Vertex> OfAsync(StageSource source)
    {
        switch (source)
        {
            case StageOutput output:
                return (await plan(output.Stage)).Root;
            case ImageSource image:
                return _named.TryGetValue(image.Name, out Vertex? known) ? known : _named[image.Name] = await FindAsync(image);
            default:
                return new EmptyVertex();
        }
    }

    private async Task<Vertex> FindAsync(ImageSource source)
    {
        if (request.NamedContexts.GetValueOrDefault(source.Name) is NamedFiles files)
        {
            return new ContextVertex { Name = source.Name, Context = files.Files };
        }

        Image image = await images.FindAsync(
            (request.NamedContexts.GetValueOrDefault(source.Name) as NamedImage)?.Reference ?? source.Reference, null, null);
        return new ImageVertex { Name = source.Name, Layers = [.. image.Layers.Select(layer => layer.DiffId)] };
    }
}
