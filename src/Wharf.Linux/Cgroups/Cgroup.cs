using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Cgroups;

/// <summary>One control group: the directory of the same path in every hierarchy that the machine has.</summary>
public sealed class Cgroup
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(2);
    private readonly CgroupHierarchies _hierarchies;

    /// <param name="path">Absolute from the root of each hierarchy: <c>/wharf/0123…</c>.</param>
    public Cgroup(CgroupHierarchies hierarchies, string path)
    {
        _hierarchies = hierarchies;
        Path = "/" + path.Trim('/');
    }

    public string Path { get; }

    public CgroupHierarchies Hierarchies => _hierarchies;

    /// <summary>The group's directories, each once.</summary>
    public IEnumerable<string> Directories =>
        _hierarchies.Version1.Values.Append(_hierarchies.Version2).OfType<string>().Distinct().Select(mount => mount + Path);

    /// <summary>True when any of its directories is there.</summary>
    public bool Exists => Directories.Any(Directory.Exists);

    /// <summary>Directory of the hierarchy that has <paramref name="controller"/>, or null when none has.</summary>
    public string? DirectoryOf(string controller) =>
        _hierarchies.Version1.TryGetValue(controller, out string? mount) ? mount + Path
        : _hierarchies.Version2Controllers.Contains(controller) ? _hierarchies.Version2 + Path
        : null;

    /// <summary>Makes the group, and hands the controllers down to it where that must be said.</summary>
    /// <exception cref="LinuxException"/>
    public void Create()
    {
        foreach (string directory in Directories)
        {
            MakeDirectory(directory);
        }

        if (_hierarchies.Version1.TryGetValue("cpuset", out string? cpuset))
        {
            InheritCpuset(cpuset);
        }

        if (_hierarchies.Version2 is { } unified && _hierarchies.Version2Controllers.Count > 0)
        {
            EnableControllers(unified);
        }
    }

    /// <summary>
    /// What a process with one thread writes 0 to in order to join the group in the version 1 hierarchies. A thread that moves itself is
    /// moved at once; to move another process (<c>cgroup.procs</c>) the kernel first waits until nobody forks, up to 20 ms.
    /// </summary>
    public IEnumerable<string> TaskFiles => _hierarchies.Version1.Values.Distinct().Select(mount => mount + Path + "/tasks");

    /// <summary>The group's directory in the version 2 tree, which a process is born into; null when there is no such tree.</summary>
    /// <exception cref="LinuxException"/>
    public SafeFileHandle? OpenUnified()
    {
        if (_hierarchies.Version2 is not { } mount)
        {
            return null;
        }

        SafeFileHandle directory = LibC.Open(mount + Path, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        return directory.IsInvalid ? throw new LinuxException("open cgroup", mount + Path, ErrnoExtensions.Last) : directory;
    }

    /// <summary>Writes one of the group's files.</summary>
    /// <exception cref="LinuxException">No hierarchy has the controller, or the kernel refuses the value.</exception>
    public void Write(string controller, string file, string value)
    {
        string directory = DirectoryOf(controller)
            ?? throw new LinuxException($"set {file}", $"(the kernel has no {controller} cgroup controller)", Errno.ENODEV);
        KernelFile.Write($"{directory}/{file}", value);
    }

    /// <summary>Reads one of the group's files; null when it is not there.</summary>
    public string? Read(string controller, string file)
    {
        string? path = DirectoryOf(controller) is { } directory ? $"{directory}/{file}" : null;
        try
        {
            return path is null ? null : File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The processes in it and in the groups below.</summary>
    public IReadOnlyList<int> Processes()
    {
        string? directory = DirectoryOf("pids") ?? DirectoryOf("devices") ?? Directories.FirstOrDefault();
        if (directory is null || !Directory.Exists(directory))
        {
            return [];
        }

        List<int> pids = [];
        foreach (string group in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Prepend(directory))
        {
            try
            {
                pids.AddRange(File.ReadLines(group + "/cgroup.procs").Select(int.Parse));
            }
            catch (IOException)
            {
                // The group went away while it was read, and with it its processes.
            }
        }

        return pids;
    }

    /// <summary>Stops all processes of the group until <see cref="Thaw"/> (the freezer of v1, cgroup.freeze of v2).</summary>
    public void Freeze() => SetFrozen(true);

    public void Thaw() => SetFrozen(false);

    /// <summary>True while it is frozen, or about to be.</summary>
    public bool IsFrozen => _hierarchies.IsVersion1("freezer")
        ? Read("freezer", "freezer.state")?.Trim() is "FROZEN" or "FREEZING"
        : _hierarchies.Version2 is { } unified && File.Exists($"{unified}{Path}/cgroup.freeze") && File.ReadAllText($"{unified}{Path}/cgroup.freeze").Trim() == "1";

    /// <summary>How many times the kernel killed a process of this group for want of memory.</summary>
    public long OutOfMemoryKills()
    {
        string? text = _hierarchies.IsVersion1("memory") ? Read("memory", "memory.oom_control") : Read("memory", "memory.events");
        foreach (string line in text?.Split('\n') ?? [])
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(9), out long count))
            {
                return count;
            }
        }

        return 0;
    }

    /// <summary>
    /// Removes the group and those below it. The kernel refuses while a process is still on its way out, which is waited for.
    /// </summary>
    /// <exception cref="LinuxException">Something still lives in it.</exception>
    public void Delete()
    {
        foreach (string directory in Directories)
        {
            RemoveTree(directory);
        }
    }

    /// <summary>Removes the directories of the group that are empty of processes and of groups; the others stay as they are.</summary>
    public void DeleteIfEmpty()
    {
        foreach (string directory in Directories)
        {
            _ = Rmdir(directory);
        }
    }

    private static void RemoveTree(string directory)
    {
        if (Rmdir(directory) is Errno.None or Errno.ENOENT)
        {
            return;
        }

        long deadline = Environment.TickCount64 + (long)RemovalPatience.TotalMilliseconds;
        int pause = 1;
        while (true)
        {
            if (Directory.Exists(directory))
            {
                foreach (string child in Directory.GetDirectories(directory))
                {
                    RemoveTree(child);
                }
            }

            Errno errno = Rmdir(directory);
            if (errno is Errno.None or Errno.ENOENT)
            {
                return;
            }

            if (errno != Errno.EBUSY || Environment.TickCount64 > deadline)
            {
                throw new LinuxException("rmdir", directory, errno);
            }

            Clocks.Pause.Milliseconds(pause);
            pause = Math.Min(pause * 2, 50);
        }
    }

    private static Errno Rmdir(string directory) => LibC.RemoveDirectory(directory) == 0 ? Errno.None : ErrnoExtensions.Last;

    private static void MakeDirectory(string directory)
    {
        if (LibC.MakeDirectory(directory, 0x1ed) == 0)
        {
            return;
        }

        Errno errno = ErrnoExtensions.Last;
        if (errno == Errno.ENOENT)
        {
            MakeDirectory(System.IO.Path.GetDirectoryName(directory)!);
            MakeDirectory(directory);
        }
        else if (errno != Errno.EEXIST)
        {
            throw new LinuxException("mkdir", directory, errno);
        }
    }

    /// <summary>A new v1 cpuset has neither processors nor memory, and takes no process until it has (cpuset(7)).</summary>
    private void InheritCpuset(string mount)
    {
        string at = mount;
        foreach (string part in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string parent = at;
            at += "/" + part;
            foreach (string file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
            {
                if (File.ReadAllText($"{at}/{file}").Trim().Length == 0)
                {
                    KernelFile.Write($"{at}/{file}", File.ReadAllText($"{parent}/{file}").Trim());
                }
            }
        }
    }

    private void EnableControllers(string mount)
    {
        string wanted = string.Join(' ', _hierarchies.Version2Controllers.Select(controller => "+" + controller));
        string at = mount;
        foreach (string part in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string enabled = File.ReadAllText(at + "/cgroup.subtree_control");
            if (_hierarchies.Version2Controllers.Any(controller => !enabled.Contains(controller, StringComparison.Ordinal)))
            {
                try
                {
                    KernelFile.Write(at + "/cgroup.subtree_control", wanted);
                }
                catch (LinuxException failure) when (failure.Errno is Errno.EBUSY or Errno.ENOENT or Errno.EOPNOTSUPP)
                {
                    // Processes live in that group (the root of a container's own tree, say): a limit that needs the controller will say so.
                }
            }

            at += "/" + part;
        }
    }

    private void SetFrozen(bool frozen)
    {
        if (IsFrozen == frozen)
        {
            return;
        }

        if (_hierarchies.IsVersion1("freezer"))
        {
            string wanted = frozen ? "FROZEN" : "THAWED";
            for (int attempt = 0; ; attempt++)
            {
                Write("freezer", "freezer.state", wanted);
                if (Read("freezer", "freezer.state")?.Trim() == wanted)
                {
                    return;
                }

                if (attempt == 500)
                {
                    throw new LinuxException(frozen ? "freeze" : "thaw", Path, Errno.EBUSY);
                }

                Clocks.Pause.Milliseconds(2);
            }
        }

        string directory = _hierarchies.Version2 + Path;
        KernelFile.Write(directory + "/cgroup.freeze", frozen ? "1" : "0");
        string expected = frozen ? "frozen 1" : "frozen 0";
        for (int attempt = 0; !File.ReadAllText(directory + "/cgroup.events").Contains(expected, StringComparison.Ordinal); attempt++)
        {
            if (attempt == 500)
            {
                throw new LinuxException(frozen ? "freeze" : "thaw", Path, Errno.EBUSY);
            }

            Clocks.Pause.Milliseconds(2);
        }
    }
}
