namespace Wharf.Linux.Walks;

/// <summary>What an entry of a directory is.</summary>
public enum WalkedType
{
    /// <summary>A device or a FIFO.</summary>
    Other,
    Socket,
    File,
    Directory,
    SymbolicLink,
}

/// <summary>What the kernel knows of one entry, without following a link.</summary>
/// <param name="Permissions">The lower twelve bits of the mode.</param>
/// <param name="Size">Bytes of a regular file, else 0.</param>
/// <param name="ModifiedSeconds">Since 1970.</param>
/// <param name="ChangedSeconds">When anything about it changed last, which no program can set (inode(7), ctime).</param>
public readonly record struct WalkedStatus(
    WalkedType Type,
    uint Permissions,
    long Size,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    long ChangedSeconds,
    uint ChangedNanoseconds,
    ulong Inode)
{
    /// <summary>Names that the file has, wherever they are.</summary>
    public uint Links { get; init; }
}

/// <summary>Whoever a walk is made for.</summary>
public interface IWalkVisitor
{
    /// <summary>Called for each entry, a directory before what is in it, those of one directory in the order of their bytes.</summary>
    /// <param name="path">Below the root, with slashes.</param>
    /// <param name="linkTarget">Of a symbolic link.</param>
    /// <returns>Of a directory, whether to go into it.</returns>
    bool Visit(string path, in WalkedStatus status, string? linkTarget);
}
