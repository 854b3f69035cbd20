using System.Text;
using Wharf.Engine.Images.Pack;
using Wharf.Linux.Files;

namespace Wharf.Engine.Containers.Files;

/// <summary><c>cp</c> out of a container: one file, or a directory with all in it, as an archive.</summary>
internal sealed class CopyFromContainer(ContainerDependencies engine)
{
    /// <exception cref="WharfException">NotFound: there is no such container or file.</exception>
    internal async Task<ContainerFile> StatAsync(string idOrName, string path, CancellationToken cancellationToken)
    {
        using ContainerView view = await ContainerView.OpenAsync(engine, idOrName, cancellationToken);
        string normalized = ContainerPath.Normalize(path);
        return view.Root.EntryOf(normalized) is { } entry
            ? ContainerFile.Of(view.Root, normalized, entry)
            : throw ContainerFile.NotFound(path, idOrName);
    }

    /// <exception cref="WharfException">NotFound, as above.</exception>
    internal async Task<ContainerArchive> OpenAsync(string idOrName, string path, CancellationToken cancellationToken)
    {
        ContainerView view = await ContainerView.OpenAsync(engine, idOrName, cancellationToken);
        try
        {
            string normalized = ContainerPath.Normalize(path);
            TreeReader tree = view.Root.TryWalk(normalized) ?? throw ContainerFile.NotFound(path, idOrName);
            engine.Events.Publish(view.Container, "archive-path");
            return new ContainerArchive(view, ContainerFile.Of(view.Root, normalized, in tree.Entry), tree, normalized is "/" or "/.");
        }
        catch
        {
            view.Dispose();
            throw;
        }
    }
}

/// <summary>An archive of some of a container's files, to be written once.</summary>
public sealed class ContainerArchive : IDisposable
{
    private readonly ContainerView _view;
    private readonly TreeReader _tree;
    private readonly bool _isWholeRoot;

    internal ContainerArchive(ContainerView view, ContainerFile file, TreeReader tree, bool isWholeRoot)
    {
        _isWholeRoot = isWholeRoot;
        _view = view;
        _tree = tree;
        File = file;
    }

    /// <summary>What the archive is of.</summary>
    public ContainerFile File { get; }

    /// <summary>Its entries begin with the name of the file; of the root directory with a slash.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        byte[] name = File.Name == "/" ? [] : Encoding.UTF8.GetBytes(File.Name);
        return ArchiveOutput.WriteAsync(output, pipe => TreePacker.PackNamed(_tree, name, _isWholeRoot, new TarWriter(pipe), cancellationToken));
    }

    public void Dispose()
    {
        _tree.Dispose();
        _view.Dispose();
    }
}
