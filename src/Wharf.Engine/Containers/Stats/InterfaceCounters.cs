using System.Text;

namespace Wharf.Engine.Containers.Stats;

/// <summary>Counters of the interfaces in a process's network namespace, from its /proc/PID/net/dev; loopback is not counted.</summary>
internal sealed class InterfaceCounters(int pid) : IDisposable
{
    private const int Fields = 16;
    private const int SentBytes = 8; // after the eight of what was received
    private readonly CounterFile _file = new($"/proc/{pid}/net/dev");

    internal List<NetworkSample> Read() => Parse(_file.Read());

    internal static List<NetworkSample> Parse(ReadOnlySpan<byte> text)
    {
        List<NetworkSample> all = [];
        Span<ulong> values = stackalloc ulong[Fields];
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0 || line[..colon].Trim((byte)' ').SequenceEqual("lo"u8))
            {
                continue;
            }

            ReadOnlySpan<byte> numbers = line[(colon + 1)..];
            values.Clear();
            int count = 0;
            foreach (Range field in numbers.Split((byte)' '))
            {
                if (!numbers[field].IsEmpty && count < Fields)
                {
                    values[count++] = CounterFile.Number(numbers[field]);
                }
            }

            all.Add(new NetworkSample(
                Encoding.UTF8.GetString(line[..colon].Trim((byte)' ')),
                values[0],
                values[1],
                values[2],
                values[3],
                values[SentBytes],
                values[SentBytes + 1],
                values[SentBytes + 2],
                values[SentBytes + 3]));
        }

        return all;
    }

    public void Dispose() => _file.Dispose();
}
