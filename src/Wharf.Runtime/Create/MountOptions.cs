using Wharf.Linux.Mounts;

namespace Wharf.Runtime.Create;

/// <summary>A mount's <c>options</c>, sorted into what the kernel wants to hear separately (config.md, "Linux mount options").</summary>
internal sealed record MountOptions
{
    private const string SubdirectoryOption = "X-mount.subdir=";

    internal MountFlags Set { get; private set; }

    internal MountFlags Clear { get; private set; }

    /// <summary>As <see cref="Set"/>, for the mounts below too (<c>rro</c> and its like).</summary>
    internal MountFlags RecursiveSet { get; private set; }

    internal MountFlags RecursiveClear { get; private set; }

    internal bool IsBind { get; private set; }

    internal bool IsRecursiveBind { get; private set; }

    internal ulong Propagation { get; private set; }

    internal bool IsPropagationRecursive { get; private set; }

    /// <summary>The part of a bind mount's source that is mounted, looked up within that source. The name is that of mount(8).</summary>
    internal string? Subdirectory { get; private set; }

    /// <summary>What is left: the file system's own options.</summary>
    internal List<string> Data { get; } = [];

    internal static MountOptions Parse(IReadOnlyList<string>? options)
    {
        var parsed = new MountOptions();
        foreach (string option in options ?? [])
        {
            parsed.Add(option);
        }

        return parsed;
    }

    private static (MountFlags Set, MountFlags Clear)? Attribute(string option) => option switch
    {
        "ro" => (MountFlags.ReadOnly, 0),
        "rw" => (0, MountFlags.ReadOnly),
        "nosuid" => (MountFlags.NoSuid, 0),
        "suid" => (0, MountFlags.NoSuid),
        "nodev" => (MountFlags.NoDev, 0),
        "dev" => (0, MountFlags.NoDev),
        "noexec" => (MountFlags.NoExec, 0),
        "exec" => (0, MountFlags.NoExec),
        "noatime" => (MountFlags.NoAccessTime, MountFlags.AccessTimeMask),
        "atime" or "relatime" or "nostrictatime" or "norelatime" => (0, MountFlags.AccessTimeMask),
        "strictatime" => (MountFlags.StrictAccessTime, MountFlags.AccessTimeMask),
        "nodiratime" => (MountFlags.NoDirectoryAccessTime, 0),
        "diratime" => (0, MountFlags.NoDirectoryAccessTime),
        "nosymfollow" => (MountFlags.NoSymbolicLinkFollow, 0),
        "symfollow" => (0, MountFlags.NoSymbolicLinkFollow),
        _ => null,
    };

    private static ulong? PropagationOf(string option) => option switch
    {
        "shared" => MountPropagation.Shared,
        "slave" => MountPropagation.Slave,
        "private" => MountPropagation.Private,
        "unbindable" => MountPropagation.Unbindable,
        _ => null,
    };

    private void Add(string option)
    {
        bool recursive = option.Length > 1 && option[0] == 'r';
        if (option is "bind" or "rbind")
        {
            IsBind = true;
            IsRecursiveBind = option == "rbind";
        }
        else if (Attribute(option) is { } attribute)
        {
            // The last of two that contradict each other wins.
            Set = (Set & ~attribute.Clear) | attribute.Set;
            Clear = (Clear & ~attribute.Set) | attribute.Clear;
        }
        else if (recursive && Attribute(option[1..]) is { } below)
        {
            RecursiveSet |= below.Set;
            RecursiveClear |= below.Clear;
        }
        else if (PropagationOf(option) is { } propagation)
        {
            Propagation = propagation;
        }
        else if (recursive && PropagationOf(option[1..]) is { } recursivePropagation)
        {
            Propagation = recursivePropagation;
            IsPropagationRecursive = true;
        }
        else if (option.StartsWith(SubdirectoryOption, StringComparison.Ordinal))
        {
            Subdirectory = option[SubdirectoryOption.Length..];
        }
        else if (option is not ("defaults" or "async" or "nouser" or "auto" or "noauto" or "tmpcopyup"))
        {
            Data.Add(option);
        }
    }
}
