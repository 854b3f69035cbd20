using System.Text;
using Wharf.Linux.Cgroups;

namespace Wharf.Engine.Containers.Stats;

/// <summary>
/// Counters of one control group, each from the hierarchy that has its controller: version 1 (Documentation/admin-guide/cgroup-v1), version 2
/// (cgroup-v2.rst), or some from either.
/// </summary>
internal sealed class CgroupCounters : IDisposable
{
    private const ulong NanosecondsPerTick = 10_000_000; // USER_HZ is 100 everywhere
    private readonly Cgroup _cgroup;
    private readonly List<CounterFile> _files = [];
    private readonly CounterFile _cpu;
    private readonly CounterFile _cpuUsage;
    private readonly CounterFile _cpuPerProcessor;
    private readonly CounterFile _cpuModes;
    private readonly CounterFile _memory;
    private readonly CounterFile _memoryMaximum;
    private readonly CounterFile _memoryFailures;
    private readonly CounterFile _memoryLimit;
    private readonly CounterFile _memoryDetails;
    private readonly CounterFile _pids;
    private readonly CounterFile _pidsLimit;
    private readonly CounterFile _blockBytes;
    private readonly CounterFile _blockOperations;

    internal CgroupCounters(Cgroup cgroup)
    {
        _cgroup = cgroup;
        _cpu = Open("cpu", "cpu.stat", "cpu.stat");
        _cpuUsage = Open("cpuacct", "cpuacct.usage", null);
        _cpuPerProcessor = Open("cpuacct", "cpuacct.usage_percpu", null);
        _cpuModes = Open("cpuacct", "cpuacct.stat", null);
        _memory = Open("memory", "memory.usage_in_bytes", "memory.current");
        _memoryMaximum = Open("memory", "memory.max_usage_in_bytes", null);
        _memoryFailures = Open("memory", "memory.failcnt", null);
        _memoryLimit = Open("memory", "memory.limit_in_bytes", "memory.max");
        _memoryDetails = Open("memory", "memory.stat", "memory.stat");
        _pids = Open("pids", "pids.current", "pids.current");
        _pidsLimit = Open("pids", "pids.max", "pids.max");
        _blockBytes = Open("blkio", "blkio.throttle.io_service_bytes_recursive", null, "io", "io.stat");
        _blockOperations = Open("blkio", "blkio.throttle.io_serviced_recursive", null);
    }

    /// <exception cref="IOException">The group is gone.</exception>
    internal CpuSample Cpu(ulong systemTime, uint online)
    {
        ReadOnlySpan<byte> text = _cpu.Read();
        ulong periods = CounterFile.Value(text, "nr_periods"u8);
        ulong throttled = CounterFile.Value(text, "nr_throttled"u8);
        if (!_cgroup.Hierarchies.IsVersion1("cpuacct"))
        {
            return new CpuSample(
                CounterFile.Value(text, "usage_usec"u8) * 1000,
                null,
                CounterFile.Value(text, "system_usec"u8) * 1000,
                CounterFile.Value(text, "user_usec"u8) * 1000,
                periods,
                throttled,
                CounterFile.Value(text, "throttled_usec"u8) * 1000,
                systemTime,
                online);
        }

        ulong throttledTime = CounterFile.Value(text, "throttled_time"u8);
        ReadOnlySpan<byte> modes = _cpuModes.Read();
        ulong kernel = CounterFile.Value(modes, "system"u8) * NanosecondsPerTick;
        ulong user = CounterFile.Value(modes, "user"u8) * NanosecondsPerTick;
        return new CpuSample(_cpuUsage.ReadNumber() ?? 0, PerProcessor(), kernel, user, periods, throttled, throttledTime, systemTime, online);
    }

    /// <param name="installed">Bytes that the machine has: no limit is higher.</param>
    internal MemorySample Memory(ulong installed) => new(
        _memory.ReadNumber() ?? 0,
        _memoryMaximum.ReadNumber(),
        _memoryFailures.ReadNumber(),
        Math.Min(installed, _memoryLimit.ReadNumber() ?? installed),
        _memoryDetails.ReadTable());

    internal PidsSample Pids() =>
        new(_pids.ReadNumber(), _pidsLimit.ReadNumber() ?? (_cgroup.Hierarchies.IsVersion1("pids") ? null : ulong.MaxValue));

    internal BlockSample Block() => _cgroup.Hierarchies.IsVersion1("blkio")
        ? new BlockSample(PerOperation(_blockBytes.Read()), PerOperation(_blockOperations.Read()))
        : new BlockSample(PerDevice(_blockBytes.Read()), null);

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private CounterFile Open(string controller, string version1, string? version2, string? controller2 = null, string? file2 = null)
    {
        string? path = _cgroup.Hierarchies.IsVersion1(controller) ? $"{_cgroup.DirectoryOf(controller)}/{version1}"
            : (version2 ?? file2) is { } name && _cgroup.DirectoryOf(controller2 ?? controller) is { } directory ? $"{directory}/{name}"
            : null;
        var file = new CounterFile(path);
        _files.Add(file);
        return file;
    }

    private ulong[] PerProcessor()
    {
        ReadOnlySpan<byte> text = _cpuPerProcessor.Read().Trim(" \n"u8);
        if (text.IsEmpty)
        {
            return [];
        }

        ulong[] all = new ulong[text.Count((byte)' ') + 1];
        int at = 0;
        foreach (Range range in text.Split((byte)' '))
        {
            all[at++] = CounterFile.Number(text[range]);
        }

        return all;
    }

    /// <summary>Lines <c>8:0 Read 4096</c>; the last has no device and is their sum.</summary>
    private static List<BlockCounter> PerOperation(ReadOnlySpan<byte> text)
    {
        List<BlockCounter> counters = [];
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int first = line.IndexOf((byte)' ');
            int last = line.LastIndexOf((byte)' ');
            if (first > 0 && last > first && TryDevice(line[..first], out ulong major, out ulong minor))
            {
                counters.Add(new BlockCounter(major, minor, Encoding.ASCII.GetString(line[(first + 1)..last]), CounterFile.Number(line[last..])));
            }
        }

        return counters;
    }

    /// <summary>Lines <c>8:0 rbytes=4096 wbytes=0 …</c>.</summary>
    private static List<BlockCounter> PerDevice(ReadOnlySpan<byte> text)
    {
        List<BlockCounter> counters = [];
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int first = line.IndexOf((byte)' ');
            if (first > 0 && TryDevice(line[..first], out ulong major, out ulong minor))
            {
                counters.Add(new BlockCounter(major, minor, "read", Field(line, "rbytes="u8)));
                counters.Add(new BlockCounter(major, minor, "write", Field(line, "wbytes="u8)));
            }
        }

        return counters;
    }

    private static ulong Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        int at = line.IndexOf(name);
        return at < 0 ? 0 : CounterFile.Number(line[(at + name.Length)..]);
    }

    private static bool TryDevice(ReadOnlySpan<byte> text, out ulong major, out ulong minor)
    {
        int colon = text.IndexOf((byte)':');
        major = colon > 0 ? CounterFile.Number(text) : 0;
        minor = colon > 0 ? CounterFile.Number(text[(colon + 1)..]) : 0;
        return colon > 0;
    }
}
