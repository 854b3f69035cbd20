using System.Security.Cryptography;
using Wharf.Engine.Containers;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Where one build works: <c>&lt;root&gt;/builds/&lt;id&gt;</c> with a directory for each step that runs, and the same below the run directory
/// for what must not be on a disk.
/// </summary>
internal sealed class BuildPlace : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Traversable = OwnerOnly
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _run;

    internal BuildPlace(EngineOptions options)
    {
        string id = NewId()[..16];
        Root = Path.Combine(RootOf(options), id);
        _run = Path.Combine(RunOf(options), id);
        Directory.CreateDirectory(Root, OwnerOnly);
    }

    internal string Root { get; }

    internal string Views => Path.Combine(Root, "views");

    internal static string RootOf(EngineOptions options) => Path.Combine(options.Root, "builds");

    internal static string RunOf(EngineOptions options) => Path.Combine(options.RunDirectory, "builds");

    /// <summary>64 hex digits, which a container may be called.</summary>
    internal static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Makes the directories for one step.</summary>
    internal ContainerPaths NewStep(string id)
    {
        var paths = new ContainerPaths(Path.Combine(Root, id), Path.Combine(_run, id));
        Directory.CreateDirectory(paths.Root, OwnerOnly);
        Directory.CreateDirectory(paths.Upper);
        File.SetUnixFileMode(paths.Upper, Traversable);
        Directory.CreateDirectory(paths.Work, OwnerOnly);
        Directory.CreateDirectory(paths.Merged, OwnerOnly);
        return paths;
    }

    /// <summary>A directory for files from elsewhere.</summary>
    internal string NewDirectory() => Directory.CreateDirectory(Path.Combine(Root, NewId()[..16]), OwnerOnly).FullName;

    public void Dispose()
    {
        foreach (string mount in MountTable.Below(Root))
        {
            MountTable.Detach(mount);
        }

        TreeRemoval.Remove(Root);
        TreeRemoval.Remove(_run);
    }
}
