using System.Formats.Tar;
using System.Text;

namespace Wharf.ConformanceTests.Harness;

/// <summary>A root made of Debian's static busybox: the smallest system that can show everything a container can do.</summary>
public static class BusyboxImage
{
    private const string Busybox = "/usr/bin/busybox";
    private static readonly UnixFileMode Everyone = (UnixFileMode)0b111_101_101;

    /// <summary>Writes the root as a plain tar.</summary>
    public static async Task WriteRootAsync(Stream destination)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        foreach (string directory in (string[])["bin", "dev", "etc", "home", "proc", "root", "sys", "tmp", "usr", "usr/bin", "var", "var/www"])
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, directory + "/")
            {
                Mode = directory == "tmp" ? (UnixFileMode)0b1_111_111_111 : Everyone,
            });
        }

        await using (FileStream binary = File.OpenRead(Busybox))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = Everyone, DataStream = binary });
        }

        CommandResult applets = await Command.RunAsync(Busybox, ["--list"]);
        foreach (string applet in applets.Expect().Text.Split('\n').Where(name => name != "busybox"))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
        }

        await WriteFileAsync(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/var/www:/bin/sh\n");
        await WriteFileAsync(tar, "etc/group", "root:x:0:\nwww:x:33:\nextra:x:44:www\n");
    }

    private static async Task WriteFileAsync(TarWriter tar, string name, string content) =>
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = (UnixFileMode)0b110_100_100,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        });
}
