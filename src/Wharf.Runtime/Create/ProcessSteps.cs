using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Capabilities;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>A compiled seccomp filter and how to install it.</summary>
internal sealed record InstalledFilter(byte[] Instructions, uint Flags);

/// <summary>Standard input, output and error of a process without a terminal.</summary>
internal sealed record StandardStreams(SafeFileHandle Input, SafeFileHandle Output, SafeFileHandle Error);

/// <summary>The steps that a container's first process and an exec have in common: from root with all rights to what the program may be.</summary>
internal static class ProcessSteps
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] LimitNames =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    /// <summary>Version 1 only: into a version 2 group the process is born.</summary>
    internal static void JoinCgroup(ChildProgram program, Cgroup cgroup)
    {
        foreach (string tasks in cgroup.TaskFiles)
        {
            program.JoinCgroup(tasks);
        }
    }

    /// <param name="uid">Who is to own those that are pipes, so that the program may open them by name.</param>
    internal static void UseDescriptors(ChildProgram program, StandardStreams? streams, uint uid)
    {
        if (streams is null)
        {
            return;
        }

        // First out of the way of each other: one of them may itself be 0, 1 or 2.
        Slot[] copies = [program.DuplicateAbove(streams.Input), program.DuplicateAbove(streams.Output), program.DuplicateAbove(streams.Error)];
        SafeFileHandle[] originals = [streams.Input, streams.Output, streams.Error];
        for (int i = 0; i < copies.Length; i++)
        {
            if (uid != 0 && FileStatus.IsPipe(originals[i]))
            {
                program.ChangeOwner(copies[i], uid);
            }

            program.DuplicateTo(copies[i], i);
        }
    }

    /// <returns>The path of the program, found with the rights that it will have.</returns>
    internal static Slot TakeOnIdentity(ChildProgram program, Process process, InstalledFilter? filter)
    {
        ILookup<bool, Rlimit> limits = (process.Rlimits ?? []).ToLookup(BindsThisProcess);
        SetLimits(program, limits[false]);

        if (process.IoPriority is { } priority)
        {
            program.SetIoPriority(IoPriorityValue(priority));
        }

        // Without no_new_privs only CAP_SYS_ADMIN may install a filter, so that comes before the capabilities go.
        if (filter is not null && !process.NoNewPrivileges)
        {
            program.InstallFilter(filter.Instructions, filter.Flags);
        }

        CapabilityMask held = CapabilityMask.OfThisProcess();
        Capabilities? wanted = process.Capabilities;
        if (wanted is not null)
        {
            program.LimitBounding(CapabilityMask.Parse(wanted.Bounding));
        }

        program.SetUser(process.User.Uid, process.User.Gid, process.User.AdditionalGids ?? []);
        if (wanted is not null)
        {
            // What this process does not hold it cannot give: everything it has is what "all" means here.
            CapabilityMask permitted = CapabilityMask.Parse(wanted.Permitted).And(held);
            CapabilityMask inheritable = CapabilityMask.Parse(wanted.Inheritable).And(held);
            program.SetCapabilities(
                CapabilityMask.Parse(wanted.Effective).And(permitted),
                permitted,
                inheritable,
                CapabilityMask.Parse(wanted.Ambient).And(permitted).And(inheritable));
        }

        if (process.User.Umask is { } umask)
        {
            program.Umask(umask);
        }

        program.ChangeDirectory(process.Cwd);
        string name = process.Args is { Count: > 0 } arguments ? arguments[0] : throw new RuntimeFailure("process.args: must not be empty");
        Slot file = program.FindProgram(name, Candidates(name, process.Env));
        SetLimits(program, limits[true]);
        if (process.NoNewPrivileges)
        {
            program.NoNewPrivileges();
            if (filter is not null)
            {
                program.InstallFilter(filter.Instructions, filter.Flags);
            }
        }

        return file;
    }

    /// <summary>
    /// This process has more descriptors open than the program will have, and could open no other under a low limit: such a one comes last.
    /// One that is raised needs rights that are soon gone: it comes first.
    /// </summary>
    private static bool BindsThisProcess(Rlimit limit) => limit.Type == "RLIMIT_NOFILE" && limit.Hard <= ResourceLimit.OpenFiles().Hard;

    private static void SetLimits(ChildProgram program, IEnumerable<Rlimit> limits)
    {
        foreach (Rlimit limit in limits)
        {
            int resource = Array.IndexOf(LimitNames, limit.Type);
            if (resource < 0)
            {
                throw new RuntimeFailure($"process.rlimits: unknown limit '{limit.Type}'");
            }

            program.SetLimit(limit.Type, resource, limit.Soft, limit.Hard);
        }
    }

    /// <summary>Where execvp(3) would look, by the container's own PATH.</summary>
    internal static IReadOnlyList<string> Candidates(string name, IReadOnlyList<string>? environment)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return [name];
        }

        string path = environment?.LastOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        return name.Length == 0 ? [] : [.. path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => $"{directory}/{name}")];
    }

    /// <summary>The environment, with a home directory if it names none.</summary>
    internal static IReadOnlyList<string> EnvironmentOf(Process process)
    {
        IReadOnlyList<string> given = process.Env ?? [];
        return given.Any(entry => entry.StartsWith("HOME=", StringComparison.Ordinal)) ? given
            : [.. given, process.User.Uid == 0 ? "HOME=/root" : "HOME=/"];
    }

    private static int IoPriorityValue(IoPriority priority)
    {
        int @class = priority.Class switch
        {
            "IOPRIO_CLASS_RT" => 1,
            "IOPRIO_CLASS_BE" => 2,
            "IOPRIO_CLASS_IDLE" => 3,
            _ => throw new RuntimeFailure($"process.ioPriority.class: unknown class '{priority.Class}'"),
        };
        return (@class << 13) | priority.Priority;
    }
}
