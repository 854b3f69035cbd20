using System.Runtime.InteropServices;
using System.Text;

namespace Wharf.Linux.Processes;

/// <summary>
/// What a child does between <c>clone3</c> and <c>execve</c>: a list of system calls with everything they need already in native memory.
/// The parent writes it with ordinary code, one method call per step; <see cref="ChildInterpreter"/> executes it in the child, where no
/// managed allocation, lock, type initialiser or exception is possible (the collector's other threads do not exist there).
/// <para>
/// A step's result may be kept in a slot and be an argument of later steps: that is how descriptors opened by the child are used. Errors
/// that are expected are named; any other ends the child, which reports the step's index and errno to the parent.
/// </para>
/// </summary>
public sealed unsafe partial class ChildProgram : IDisposable
{
    private const int ChunkSize = 64 << 10;
    private readonly List<Instruction> _instructions = [];
    private readonly List<(string Operation, string Target)> _names = [];
    private readonly List<nint> _chunks = [];
    private byte* _free;
    private int _left;
    private int _slots;
    private Instruction* _sealed;

    /// <summary>The number of steps so far: where the next one goes.</summary>
    public int Count => _instructions.Count;

    internal Instruction* Instructions => _sealed;

    internal int SlotCount => _slots;

    /// <summary>A place that a step's result is kept in.</summary>
    public Slot NewSlot() => new(_slots++);

    /// <summary>Adds a step.</summary>
    /// <param name="operation">For people: what it does, should it fail.</param>
    /// <param name="target">For people: to what.</param>
    /// <param name="number">System call.</param>
    internal Step Call(string operation, string target, nint number, params ReadOnlySpan<Argument> arguments)
    {
        if (arguments.Length > 6)
        {
            throw new ArgumentException("a system call has at most six arguments", nameof(arguments));
        }

        var instruction = new Instruction { Number = number, ResultSlot = -1 };
        for (int i = 0; i < arguments.Length; i++)
        {
            instruction.Arguments[i] = arguments[i].Value;
            if (arguments[i].IsSlot)
            {
                instruction.SlotMask |= (byte)(1 << i);
            }
        }

        _instructions.Add(instruction);
        _names.Add((operation, target));
        return new Step(this, _instructions.Count - 1);
    }

    /// <summary>Copies a string, zero-terminated, to where the child can see it.</summary>
    internal Argument Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL byte");
        }

        int length = Encoding.UTF8.GetByteCount(text);
        byte* memory = Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, length));
        memory[length] = 0;
        return new Argument((nint)memory);
    }

    /// <summary>Copies bytes to where the child can see them.</summary>
    internal Argument Bytes(ReadOnlySpan<byte> bytes)
    {
        byte* memory = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return new Argument((nint)memory);
    }

    /// <summary>Copies a structure of the kernel's.</summary>
    internal Argument Structure<T>(in T value)
        where T : unmanaged
    {
        fixed (T* source = &value)
        {
            return Bytes(new ReadOnlySpan<byte>(source, sizeof(T)));
        }
    }

    /// <summary>An array of strings that ends with a null pointer, as execve(2) wants them.</summary>
    internal Argument TextArray(IReadOnlyList<string> texts)
    {
        nint* array = (nint*)Allocate((texts.Count + 1) * sizeof(nint));
        for (int i = 0; i < texts.Count; i++)
        {
            array[i] = Text(texts[i]).Value;
        }

        array[texts.Count] = 0;
        return new Argument((nint)array);
    }

    /// <summary>Memory for a call's result.</summary>
    internal Argument Buffer(int size)
    {
        byte* memory = Allocate(size);
        new Span<byte>(memory, size).Clear();
        return new Argument((nint)memory);
    }

    /// <summary>What a reported failure was about.</summary>
    public LinuxException Describe(ChildFailure failure) =>
        failure.Step >= 0 && failure.Step < _names.Count
            ? new LinuxException(_names[failure.Step].Operation, _names[failure.Step].Target, failure.Errno)
            : new LinuxException("start a process", $"(step {failure.Step} of {_names.Count})", failure.Errno);

    public void Dispose()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.Free((void*)chunk);
        }

        _chunks.Clear();
        _instructions.Clear();
        _instructions.TrimExcess();
        _names.Clear();
        _names.TrimExcess();
        _free = null;
        _left = 0;
    }

    /// <summary>Lays the steps out for the child. None can be added afterwards.</summary>
    internal void Seal()
    {
        _instructions.Add(new Instruction { Number = Instruction.End });
        _sealed = (Instruction*)Allocate(_instructions.Count * sizeof(Instruction));
        CollectionsMarshal.AsSpan(_instructions).CopyTo(new Span<Instruction>(_sealed, _instructions.Count));
    }

    internal void Change(int index, Func<Instruction, Instruction> change) => _instructions[index] = change(_instructions[index]);

    private byte* Allocate(int size)
    {
        size = (size + 15) & ~15;
        if (size > _left)
        {
            int chunk = Math.Max(size, ChunkSize);
            _free = (byte*)NativeMemory.AllocZeroed((nuint)chunk);
            _left = chunk;
            _chunks.Add((nint)_free);
        }

        byte* memory = _free;
        _free += size;
        _left -= size;
        return memory;
    }
}
