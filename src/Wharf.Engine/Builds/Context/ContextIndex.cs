using System.Text;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Context;

/// <summary>
/// What is in a stored context's directory: a file beside it. It is there only while directory and index agree, and believed only if both
/// have reached the disk: written in the life of this kernel, or synced since (<see cref="MarkSynced"/>).
/// </summary>
internal sealed class ContextIndex
{
    private const uint Magic = 0x78744357; // "WCtx"
    private const int BootIdOffset = 4;
    private const int BootIdLength = 36;
    private static readonly string s_bootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private static readonly string s_synced = new('-', BootIdLength);

    internal required string ContextId { get; init; }
    internal required DateTimeOffset Created { get; init; }
    internal required int UseCount { get; init; }

    /// <summary>Ordered by path.</summary>
    internal required IReadOnlyList<ContextEntry> Entries { get; init; }

    /// <summary>The client's stamps of the files, by path.</summary>
    internal required IReadOnlyDictionary<string, ulong> Stamps { get; init; }

    /// <summary>Replaces the file whole.</summary>
    internal void Save(string path)
    {
        using var memory = new MemoryStream(Entries.Count * 128);
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Encoding.ASCII.GetBytes(s_bootId));
            writer.Write(ContextId);
            writer.Write(Created.UtcTicks);
            writer.Write(UseCount);
            writer.Write(Entries.Count);
            foreach (ContextEntry entry in Entries)
            {
                Write(writer, entry);
            }
        }

        AtomicFile.Write(path, memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <returns>Null when it is not there, or not to be believed.</returns>
    internal static ContextIndex? Load(string path)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(path)), Encoding.UTF8);
            return reader.ReadUInt32() == Magic && Encoding.ASCII.GetString(reader.ReadBytes(BootIdLength)) is var boot && (boot == s_bootId || boot == s_synced)
                ? Read(reader)
                : null;
        }
        catch (Exception damaged) when (damaged is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Everything it speaks of is on disk: it holds after the machine has gone down, too.</summary>
    internal static void MarkSynced(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, Encoding.ASCII.GetBytes(s_synced), BootIdOffset);
        RandomAccess.FlushToDisk(file);
    }

    private void Write(BinaryWriter writer, ContextEntry entry)
    {
        writer.Write((byte)entry.Type);
        writer.Write(entry.Path);
        writer.Write(entry.Mode);
        writer.Write(entry.Modified.UtcTicks);
        switch (entry.Type)
        {
            case ContextEntryType.File:
                writer.Write(entry.Size);
                writer.Write(Convert.FromHexString(entry.Content!.Hex));
                writer.Write(Stamps.GetValueOrDefault(entry.Path));
                writer.Write(entry.Attributes?.Count ?? 0);
                foreach ((string name, byte[] value) in entry.Attributes ?? new Dictionary<string, byte[]>())
                {
                    writer.Write(name);
                    writer.Write(value.Length);
                    writer.Write(value);
                }

                break;
            case ContextEntryType.SymbolicLink:
                writer.Write(entry.LinkTarget!);
                break;
            case ContextEntryType.Directory:
                break;
        }
    }

    private static ContextIndex Read(BinaryReader reader)
    {
        string id = reader.ReadString();
        var created = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        int uses = reader.ReadInt32();
        int count = reader.ReadInt32();
        var entries = new List<ContextEntry>(count);
        var stamps = new Dictionary<string, ulong>(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            entries.Add(ReadEntry(reader, stamps));
        }

        return new ContextIndex { ContextId = id, Created = created, UseCount = uses, Entries = entries, Stamps = stamps };
    }

    private static ContextEntry ReadEntry(BinaryReader reader, Dictionary<string, ulong> stamps)
    {
        const int HashBytes = 32;
        var entry = new ContextEntry
        {
            Type = (ContextEntryType)reader.ReadByte(),
            Path = reader.ReadString(),
            Mode = reader.ReadUInt32(),
            Modified = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        };
        switch (entry.Type)
        {
            case ContextEntryType.File:
                long size = reader.ReadInt64();
                var content = Digest.FromSha256Hex(Convert.ToHexStringLower(reader.ReadBytes(HashBytes)));
                stamps[entry.Path] = reader.ReadUInt64();
                Dictionary<string, byte[]>? attributes = null;
                for (int left = reader.ReadInt32(); left > 0; left--)
                {
                    (attributes ??= [])[reader.ReadString()] = reader.ReadBytes(reader.ReadInt32());
                }

                return entry with { Size = size, Content = content, Attributes = attributes };
            case ContextEntryType.SymbolicLink:
                return entry with { LinkTarget = reader.ReadString() };
            case ContextEntryType.Directory:
            default:
                return entry;
        }
    }
}
