namespace Wharf.Engine.Containers.Stats;

/// <summary>The machine's processors, from /proc/stat (proc_stat(5)).</summary>
internal sealed class HostProcessors : IDisposable
{
    private const ulong NanosecondsPerTick = 10_000_000; // USER_HZ is 100 everywhere
    private readonly CounterFile _file = new("/proc/stat");

    /// <summary>Time that all processors have passed, and how many there are. Guest time is in the user's already.</summary>
    internal (ulong Passed, uint Online) Read()
    {
        ReadOnlySpan<byte> text = _file.Read();
        ulong ticks = 0;
        uint online = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (!line.StartsWith("cpu"u8))
            {
                break;
            }

            if (line[3] != ' ')
            {
                online++;
                continue;
            }

            int field = 0;
            foreach (Range value in line[5..].Split((byte)' '))
            {
                ticks += field++ < 8 ? CounterFile.Number(line[5..][value]) : 0;
            }
        }

        return (ticks * NanosecondsPerTick, online);
    }

    public void Dispose() => _file.Dispose();
}
