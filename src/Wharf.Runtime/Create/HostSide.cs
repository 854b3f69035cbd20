using Microsoft.Win32.SafeHandles;
using Wharf.Linux;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;
using Wharf.Runtime.Cgroups;

namespace Wharf.Runtime.Create;

/// <summary>Our half of making a container; the order of the messages is drawn in <see cref="Handshake"/>.</summary>
internal static class HostSide
{
    internal static CreatedContainer Create(CreateRequest request)
    {
        string path = request.Spec.Linux?.CgroupsPath is { Length: > 0 } given ? given : "/wharf-runtime/" + request.Id;
        if (path.Split('/').Contains(".."))
        {
            throw new RuntimeFailure($"linux.cgroupsPath: '{path}' leads upwards");
        }

        var cgroup = new Cgroup(CgroupHierarchies.Detect(), path);
        var channel = new ChildChannel();
        var program = new ChildProgram();
        ChildProcess? process = null;
        SafeFileHandle? terminal = null;
        bool madeCgroup = false;
        try
        {
            using var plan = new ContainerPlan(request, cgroup, channel.ChildDescriptor);
            ContainerSide.Compile(program, plan);
            if (cgroup.Processes().Count > 0)
            {
                throw new RuntimeFailure($"linux.cgroupsPath: {path} has processes in it already");
            }

            madeCgroup = true;
            cgroup.Create();
            if (plan.Linux.Resources is { } resources)
            {
                CgroupResources.Apply(cgroup, resources);
            }

            using (plan.JoinedPid is { } pid ? NamespaceFile.JoinPidForChildren(pid.File, pid.Path) : null)
            using (SafeFileHandle? unified = cgroup.OpenUnified())
            {
                process = ChildProcess.Start(program, plan.New, unified, channel.Child);
            }

            channel.Child.Dispose();
            if (plan.New.HasFlag(NamespaceFlags.User))
            {
                WriteMaps(process.Pid, plan.Linux);
                channel.Send(Handshake.Mapped);
            }

            AdjustOomScore(process.Pid, plan.Process.OomScoreAdj);
            terminal = AwaitCreated(channel, program, process, cgroup, request);
            return new CreatedContainer(request, cgroup, program, channel, process, terminal);
        }
        catch (Exception failure)
        {
            if (process is not null)
            {
                PidFd.Kill(process.PidFd);
                PidFd.Wait(process.PidFd, block: true);
                process.Dispose();
            }

            if (madeCgroup)
            {
                EndAll(cgroup);
                cgroup.Delete();
            }

            terminal?.Dispose();
            channel.Dispose();
            program.Dispose();
            throw failure switch
            {
                LinuxException kernel => RuntimeFailure.From(kernel),
                ArgumentException wrong => new RuntimeFailure(wrong.Message),
                _ => failure,
            };
        }
    }

    /// <summary>Kills whatever is left in a group. A pid namespace's processes are gone with its init; others have to be told.</summary>
    internal static void EndAll(Cgroup cgroup)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            IReadOnlyList<int> left = cgroup.Processes();
            if (left.Count == 0)
            {
                return;
            }

            // What is frozen does not die of a signal until it goes on (v1).
            cgroup.Thaw();

            foreach (int pid in left)
            {
                try
                {
                    using SafeFileHandle handle = PidFd.Open(pid);
                    PidFd.Kill(handle);
                }
                catch (LinuxException gone) when (gone.Errno == Errno.ESRCH)
                {
                    // It ended by itself meanwhile.
                }
            }
        }
    }

    /// <summary>Receives until the container is made; runs the hooks that belong before the change of root.</summary>
    /// <returns>The master of the terminal, if there is one.</returns>
    private static SafeFileHandle? AwaitCreated(ChildChannel channel, ChildProgram program, ChildProcess process, Cgroup cgroup, CreateRequest request)
    {
        SafeFileHandle? terminal = null;
        while (true)
        {
            ChildMessage message = channel.Receive();
            switch (message)
            {
                case { Failure: { } failure }:
                    throw program.Describe(failure);
                case { Byte: Handshake.Terminal }:
                    terminal = message.Descriptor;
                    break;
                case { Byte: Handshake.BeforePivot }:
                    var state = new State { Id = request.Id, Status = "creating", Pid = process.Pid, Bundle = request.Bundle, Annotations = request.Spec.Annotations };
                    Hooks.Run(request.Spec.Hooks?.Prestart, state, inside: null);
                    Hooks.Run(request.Spec.Hooks?.CreateRuntime, state, inside: null);
                    Hooks.Run(request.Spec.Hooks?.CreateContainer, state, Hooks.Inside(process.PidFd));
                    channel.Send(Handshake.Pivot);
                    break;
                case { Byte: Handshake.Created }:
                    return terminal;
                default:
                    throw new RuntimeFailure(Oci.Monitor.FailureKind.Internal, "create", request.Id, Errno.ECHILD, EndedEarly(cgroup));
            }
        }
    }

    /// <summary>As a rule because it had too little memory to make the container in.</summary>
    private static string EndedEarly(Cgroup cgroup) => cgroup.OutOfMemoryKills() > 0
        ? "the container's init was killed for want of memory: the memory limit is too low"
        : "the container's init ended before it was made";

    private static void WriteMaps(int pid, LinuxSpec linux)
    {
        WriteMap($"/proc/{pid}/uid_map", linux.UidMappings, "linux.uidMappings");
        WriteMap($"/proc/{pid}/gid_map", linux.GidMappings, "linux.gidMappings");
    }

    private static void WriteMap(string path, IReadOnlyList<IdMapping>? mappings, string field)
    {
        if (mappings is not { Count: > 0 })
        {
            throw new RuntimeFailure($"{field}: a new user namespace needs mappings");
        }

        KernelFile.Write(path, string.Concat(mappings.Select(mapping => $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n")));
    }

    /// <summary>Lowering it takes CAP_SYS_RESOURCE: a value that is already so is not written.</summary>
    private static void AdjustOomScore(int pid, int? score)
    {
        if (score is not { } wanted)
        {
            return;
        }

        string path = $"/proc/{pid}/oom_score_adj";
        if (int.Parse(File.ReadAllText(path)) != wanted)
        {
            KernelFile.Write(path, wanted.ToString());
        }
    }
}
