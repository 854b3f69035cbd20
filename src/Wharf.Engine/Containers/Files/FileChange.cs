namespace Wharf.Engine.Containers.Files;

/// <summary>How a container's file differs from its image's; the numbers are those of the API.</summary>
public enum ChangeKind
{
    Modified = 0,
    Added = 1,
    Deleted = 2,
}

/// <param name="Path">Absolute.</param>
public sealed record FileChange(string Path, ChangeKind Kind);
