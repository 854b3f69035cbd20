namespace Wharf.Daemon.Mapping;

/// <summary>Modes as Go has them (package io/fs, FileMode): types and special bits at the top, where stat(2) has them below.</summary>
internal static class GoFileMode
{
    private const uint TypeMask = 0xf000; // S_IFMT

    /// <param name="mode">As stat(2) has it.</param>
    internal static uint Of(uint mode) => (mode & 0x1ff) | TypeBits(mode & TypeMask)
        | Bit(mode, 0x800, 23)
        | Bit(mode, 0x400, 22)
        | Bit(mode, 0x200, 20);

    private static uint TypeBits(uint type) => type switch
    {
        0x4000 => 1u << 31, // directory
        0xa000 => 1u << 27, // symbolic link
        0x6000 => 1u << 26, // device
        0x2000 => (1u << 26) | (1u << 21), // character device
        0x1000 => 1u << 25, // FIFO
        0xc000 => 1u << 24, // socket
        _ => 0,
    };

    private static uint Bit(uint mode, uint from, int to) => (mode & from) != 0 ? 1u << to : 0;
}
