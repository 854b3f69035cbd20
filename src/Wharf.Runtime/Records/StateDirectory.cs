using System.Text.Json.Serialization;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Records;

/// <summary>
/// The directory of one container below <c>--root</c>: <c>state.json</c>, written once and replaced whole, a copy of the configuration, and
/// while the container waits to be started, <c>start.fifo</c>.
/// </summary>
internal sealed class StateDirectory
{
    internal const string DefaultRoot = "/run/wharf-runtime";
    private readonly string _path;

    private StateDirectory(string root, string id)
    {
        Id = id;
        _path = Path.Combine(root, id);
    }

    internal string Id { get; }

    internal string FifoPath => Path.Combine(_path, "start.fifo");

    private string RecordPath => Path.Combine(_path, "state.json");

    private string SpecPath => Path.Combine(_path, "config.json");

    /// <summary>Makes the directory of a new container.</summary>
    /// <exception cref="RuntimeFailure">The id is not one, or is taken.</exception>
    internal static StateDirectory Make(string root, string id)
    {
        CheckId(id);
        var directory = new StateDirectory(root, id);
        if (Directory.Exists(directory._path))
        {
            throw new RuntimeFailure($"container with id exists: {id}");
        }

        Directory.CreateDirectory(directory._path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return directory;
    }

    /// <exception cref="RuntimeFailure">There is no such container.</exception>
    internal static StateDirectory Open(string root, string id)
    {
        CheckId(id);
        var directory = new StateDirectory(root, id);
        return File.Exists(directory.RecordPath) ? directory : throw new RuntimeFailure($"container does not exist: {id}");
    }

    internal static IEnumerable<StateDirectory> All(string root) =>
        Directory.Exists(root)
            ? Directory.GetDirectories(root).Select(path => new StateDirectory(root, Path.GetFileName(path))).Where(directory => File.Exists(directory.RecordPath))
            : [];

    internal void Write(ContainerRecord record, ReadOnlySpan<byte> config)
    {
        AtomicFile.Write(SpecPath, config);
        AtomicFile.Write(RecordPath, record.Encode());
    }

    internal ContainerRecord Read() => ContainerRecord.Decode(File.ReadAllBytes(RecordPath));

    internal Spec ReadSpec() => SpecReader.Read(File.ReadAllBytes(SpecPath));

    /// <summary>created, running, paused or stopped, as it is at this moment.</summary>
    internal string Status(ContainerRecord record)
    {
        if (PidFd.StartTime(record.Pid) != record.StartTime)
        {
            return "stopped";
        }

        return File.Exists(FifoPath) ? "created"
            : new Cgroup(CgroupHierarchies.Detect(), record.CgroupPath).IsFrozen ? "paused"
            : "running";
    }

    internal void Remove() => Directory.Delete(_path, recursive: true);

    private static void CheckId(string id)
    {
        if (id.Length is 0 or > 1024 || id is "." or ".." || !id.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '+' or '-' or '.'))
        {
            throw new RuntimeFailure($"invalid container id format: '{id}'");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(IReadOnlyList<ListedContainer>))]
internal sealed partial class StateJson : JsonSerializerContext;

/// <summary>A line of <c>list --format json</c>.</summary>
internal sealed record ListedContainer(string OciVersion, string Id, int Pid, string Status, string Bundle, DateTimeOffset Created);
