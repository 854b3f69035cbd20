namespace Wharf.Engine.Volumes;

/// <summary>What containers need of volumes. Implemented by <c>VolumeService</c>.</summary>
public interface IVolumeMounts
{
    /// <summary>Returns the data directory of a volume, making the volume if there is none, and records the user.</summary>
    /// <param name="name">Null makes an anonymous one (64 hex digits).</param>
    VolumeUse Acquire(string? name, string driver, string containerId, IReadOnlyDictionary<string, string>? options = null, IReadOnlyDictionary<string, string>? labels = null);

    /// <summary>Takes a container's uses out of the database alone, inside a transaction of the caller's; <see cref="Release"/> follows.</summary>
    void Forget(string containerId);

    /// <summary>After a crash: what is used only by containers that do not exist is released as their removal would have, anonymous volumes with it.</summary>
    void ReleaseAllBut(IReadOnlySet<string> containers);

    /// <summary>Forgets a container's uses. With <paramref name="removeAnonymous"/>, anonymous volumes nobody uses any more go too.</summary>
    void Release(string containerId, bool removeAnonymous);
}

/// <param name="Path">The volume's <c>_data</c>.</param>
/// <param name="Created">True when this call made it: it is then filled from the image (copy-up).</param>
public sealed record VolumeUse(string Name, string Driver, string Path, bool Created);
