using System.Text;

namespace Wharf.Linux.Files;

/// <summary>A directory was to be replaced by something else, or the other way round, where <see cref="TreeWriter.KeepsKinds"/> forbids it.</summary>
/// <param name="path">Below the writer's root.</param>
/// <param name="isDirectory">What is there is the directory.</param>
public sealed class FileKindException(ReadOnlySpan<byte> path, bool isDirectory) : IOException("cannot replace a directory by another kind of file")
{
    public string Path { get; } = Encoding.UTF8.GetString(path);

    public bool IsDirectory { get; } = isDirectory;
}
