using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Devices of the host that a container is given: those of <c>--device</c>, or all of them.</summary>
internal static class HostDevices
{
    private const string Directory = "/dev";

    /// <summary>Below these are the container's own devices and mounts, or the way to another namespace's.</summary>
    private static readonly string[] NotShared = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev"];

    /// <summary>What <c>--privileged</c> gives: every node below /dev.</summary>
    internal static List<Device> All() => [.. Below(Directory, Directory).Where(device => device.Path != "/dev/console")];

    /// <summary>One <c>--device</c>: a node, or a directory with all nodes in it.</summary>
    /// <exception cref="WharfException">It is no device, in Docker's words.</exception>
    internal static List<Device> Resolve(DeviceMapping mapping)
    {
        if (!Path.Exists(mapping.PathOnHost))
        {
            throw Failure(mapping, Errno.ENOENT.Message());
        }

        string source = File.ResolveLinkTarget(mapping.PathOnHost, returnFinalTarget: true)?.FullName ?? mapping.PathOnHost;
        string target = mapping.PathInContainer.Length == 0 ? mapping.PathOnHost : mapping.PathInContainer;
        if (!FileStatus.TryGet(source, out FileStatus? status, out Errno errno))
        {
            throw Failure(mapping, errno.Message());
        }

        if (status!.Type == FileType.Directory)
        {
            return [.. Below(source, target)];
        }

        return ToDevice(status, target) is { } device ? [device] : throw Failure(mapping, "not a device node");
    }

    internal static DeviceRule Rule(Device device, string access) => new()
    {
        Allow = true,
        Type = device.Type,
        Major = device.Major,
        Minor = device.Minor,
        Access = access.Length == 0 ? "rwm" : access,
    };

    private static IEnumerable<Device> Below(string source, string target)
    {
        foreach (string path in System.IO.Directory.EnumerateFileSystemEntries(source))
        {
            string name = Path.GetFileName(path);
            if (NotShared.Contains(name) || !FileStatus.TryGet(path, out FileStatus? status, out _))
            {
                continue;
            }

            if (status!.Type == FileType.Directory)
            {
                foreach (Device device in Below(path, $"{target}/{name}"))
                {
                    yield return device;
                }
            }
            else if (ToDevice(status, $"{target}/{name}") is { } device)
            {
                yield return device;
            }
        }
    }

    private static Device? ToDevice(FileStatus status, string path) => status.Type is FileType.CharacterDevice or FileType.BlockDevice
        ? new Device
        {
            Path = path,
            Type = status.Type == FileType.BlockDevice ? "b" : "c",
            Major = status.DeviceMajor,
            Minor = status.DeviceMinor,
            FileMode = status.Permissions,
            Uid = status.Uid,
            Gid = status.Gid,
        }
        : null;

    private static WharfException Failure(DeviceMapping mapping, string reason) => new(
        ErrorKind.Internal, $"error gathering device information while adding custom device \"{mapping.PathOnHost}\": {reason}");
}
