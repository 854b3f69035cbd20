using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Cgroups;

/// <summary>
/// The device controller of version 2: a BPF program of type CGROUP_DEVICE, attached to the group (bpf(2), cgroup-v2.rst "Device controller").
/// The last rule that matches decides, so the program tests them from the last to the first.
/// </summary>
public static class DeviceFilter
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_PROG_ATTACH = 8;
    private const int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private const int BPF_CGROUP_DEVICE = 6;
    private const uint BPF_F_ALLOW_MULTI = 2;

    /// <param name="Type">b, c, or a for both.</param>
    /// <param name="Major">-1 matches all.</param>
    /// <param name="Access">Any of r, w and m.</param>
    public readonly record struct Rule(bool Allow, char Type, long Major, long Minor, string Access);

    /// <exception cref="LinuxException"/>
    public static unsafe void Attach(string cgroupDirectory, IReadOnlyList<Rule> rules)
    {
        byte[] program = Assemble(rules);
        using SafeFileHandle directory = LibC.Open(cgroupDirectory, LibC.O_CLOEXEC | LibC.O_DIRECTORY);
        if (directory.IsInvalid)
        {
            throw new LinuxException("open", cgroupDirectory, ErrnoExtensions.Last);
        }

        byte* attributes = stackalloc byte[128];
        new Span<byte>(attributes, 128).Clear();
        fixed (byte* instructions = program)
        fixed (byte* license = "Apache-2.0\0"u8)
        {
            *(int*)attributes = BPF_PROG_TYPE_CGROUP_DEVICE;
            *(int*)(attributes + 4) = program.Length / 8;
            *(ulong*)(attributes + 8) = (ulong)instructions;
            *(ulong*)(attributes + 16) = (ulong)license;
            using SafeFileHandle loaded = LibC.BpfOpen(LibC.SYS_bpf, BPF_PROG_LOAD, (nint)attributes, 128);
            if (loaded.IsInvalid)
            {
                throw new LinuxException("load device filter for", cgroupDirectory, ErrnoExtensions.Last);
            }

            new Span<byte>(attributes, 128).Clear();
            *(int*)attributes = (int)directory.DangerousGetHandle();
            *(int*)(attributes + 4) = (int)loaded.DangerousGetHandle();
            *(int*)(attributes + 8) = BPF_CGROUP_DEVICE;
            *(uint*)(attributes + 12) = BPF_F_ALLOW_MULTI;
            if (LibC.Bpf(LibC.SYS_bpf, BPF_PROG_ATTACH, (nint)attributes, 128) != 0)
            {
                throw new LinuxException("attach device filter to", cgroupDirectory, ErrnoExtensions.Last);
            }
        }
    }

    /// <summary>The instructions, eight bytes each.</summary>
    public static byte[] Assemble(IReadOnlyList<Rule> rules)
    {
        const byte loadWord = 0x61, andImmediate = 0x54, moveRegister = 0xbc, moveImmediate = 0xb7, rightShift = 0x74;
        const byte jumpNotEqual = 0x55, jumpNotEqualRegister = 0x5d, exit = 0x95;
        List<ulong> code =
        [
            // struct bpf_cgroup_dev_ctx { access_type (access << 16 | type), major, minor }, in r1.
            Instruction(loadWord, 2, 1, 0, 0),
            Instruction(moveRegister, 3, 2, 0, 0),
            Instruction(andImmediate, 2, 0, 0, 0xffff),
            Instruction(rightShift, 3, 0, 0, 16),
            Instruction(loadWord, 4, 1, 4, 0),
            Instruction(loadWord, 5, 1, 8, 0),
        ];
        foreach (Rule rule in rules.Reverse())
        {
            List<ulong> block = [];
            int access = (rule.Access.Contains('m', StringComparison.Ordinal) ? 1 : 0) | (rule.Access.Contains('r', StringComparison.Ordinal) ? 2 : 0)
                | (rule.Access.Contains('w', StringComparison.Ordinal) ? 4 : 0);
            List<Func<int, ulong>> tests = [];
            if (rule.Type != 'a')
            {
                tests.Add(skip => Instruction(jumpNotEqual, 2, 0, skip, rule.Type == 'b' ? 1 : 2));
            }

            if (access != 7)
            {
                // All that is asked for must be among what the rule is about.
                tests.Add(_ => Instruction(moveRegister, 1, 3, 0, 0));
                tests.Add(_ => Instruction(andImmediate, 1, 0, 0, access));
                tests.Add(skip => Instruction(jumpNotEqualRegister, 1, 3, skip, 0));
            }

            if (rule.Major >= 0)
            {
                tests.Add(skip => Instruction(jumpNotEqual, 4, 0, skip, (int)rule.Major));
            }

            if (rule.Minor >= 0)
            {
                tests.Add(skip => Instruction(jumpNotEqual, 5, 0, skip, (int)rule.Minor));
            }

            for (int i = 0; i < tests.Count; i++)
            {
                block.Add(tests[i](tests.Count - i - 1 + 2));
            }

            block.Add(Instruction(moveImmediate, 0, 0, 0, rule.Allow ? 1 : 0));
            block.Add(Instruction(exit, 0, 0, 0, 0));
            code.AddRange(block);
        }

        code.Add(Instruction(moveImmediate, 0, 0, 0, 0));
        code.Add(Instruction(exit, 0, 0, 0, 0));
        byte[] bytes = new byte[code.Count * 8];
        for (int i = 0; i < code.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), code[i]);
        }

        return bytes;
    }

    private static ulong Instruction(byte code, int destination, int source, int offset, int immediate) =>
        code | ((ulong)((source << 4) | destination) << 8) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32);
}
