using Wharf.Linux.Files;

namespace Wharf.Engine.Builds.Files;

/// <summary>One file of a <see cref="FileTree"/> while it is visited; good until the visit goes on.</summary>
internal abstract class TreeItem
{
    /// <summary>Below what was found, as bytes, for not every name is text; empty for that itself.</summary>
    internal abstract ReadOnlySpan<byte> Path { get; }

    internal abstract TreeEntryType Type { get; }

    /// <summary>With mode, owner, time and attributes.</summary>
    internal abstract FileMetadata Metadata { get; }

    internal virtual uint DeviceMajor => 0;

    internal virtual uint DeviceMinor => 0;

    /// <summary>Set for a file that has several names, and the same for all of them.</summary>
    internal virtual FileIdentity? Shared => null;

    /// <summary>Where a symbolic link leads.</summary>
    internal abstract byte[] LinkTarget { get; }

    /// <summary>Digest of a regular file's bytes, as hex.</summary>
    internal abstract string ContentDigest();

    /// <summary>Makes a regular file with this content.</summary>
    /// <param name="metadata">What it gets.</param>
    internal abstract void Write(TreeWriter target, ReadOnlySpan<byte> path, FileMetadata metadata);
}
