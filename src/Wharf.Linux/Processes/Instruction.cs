using System.Runtime.InteropServices;

namespace Wharf.Linux.Processes;

/// <summary>One step as it lies in native memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Instruction
{
    /// <summary>Marks the end of the program: the child leaves with status 0.</summary>
    internal const nint End = -1;

    /// <summary>Not a system call: copies slot argument 1 to the 32-bit word at argument 0.</summary>
    internal const nint StoreSlot = -2;

    /// <summary>Not a system call: fails with the errno that was last remembered, or with argument 0.</summary>
    internal const nint FailRemembered = -3;

    /// <summary>Not a system call: puts argument 1 into the slot that argument 0 names.</summary>
    internal const nint SetSlot = -4;

    /// <summary>Not a system call: goes on at <see cref="OnSuccess"/> if the slot that argument 0 names holds 0.</summary>
    internal const nint BranchIfZero = -5;

    /// <summary>Not a system call: <see cref="ChildInit"/> for the process in the slot that argument 0 names, with the table at argument 1.</summary>
    internal const nint ServeAsInit = -6;

    /// <summary>Not a system call: copies argument 2 bytes from argument 1 to argument 0.</summary>
    internal const nint Copy = -7;

    /// <summary>Not a system call: fails with errno argument 2 if the 64-bit word at argument 0 is argument 1.</summary>
    internal const nint FailIfWord = -8;

    internal nint Number;
    internal fixed long Arguments[6];
    internal fixed int Expected[3];

    /// <summary>Step to go on at after an expected error; 0 is the next.</summary>
    internal int OnExpected;

    /// <summary>Step to go on at after success; 0 is the next.</summary>
    internal int OnSuccess;

    internal int ResultSlot;
    internal byte SlotMask;

    /// <summary>An expected error is remembered if it says more than "not there".</summary>
    internal byte Remember;

    /// <summary>A result of 0 is a failure: the other end of the pipe has gone.</summary>
    internal byte ZeroIsFailure;
}

/// <summary>A place that keeps one step's result for later steps.</summary>
public readonly record struct Slot(int Index);

/// <summary>An argument of a system call: a number, a pointer made by the program, or what a slot will hold.</summary>
public readonly record struct Argument
{
    internal Argument(nint value, bool isSlot = false)
    {
        Value = value;
        IsSlot = isSlot;
    }

    internal nint Value { get; }

    internal bool IsSlot { get; }

    public static implicit operator Argument(int value) => new(value);

    public static implicit operator Argument(long value) => new((nint)value);

    public static implicit operator Argument(Slot slot) => new(slot.Index, isSlot: true);
}

/// <summary>Why a child gave up: the step, and the kernel's answer to it.</summary>
public readonly record struct ChildFailure(int Step, Errno Errno);

/// <summary>A step just added, for saying more about it.</summary>
public readonly struct Step
{
    private readonly ChildProgram _program;

    internal Step(ChildProgram program, int index)
    {
        _program = program;
        Index = index;
    }

    public int Index { get; }

    /// <summary>Keeps the result.</summary>
    public Step Into(Slot slot)
    {
        _program.Change(Index, instruction => instruction with { ResultSlot = slot.Index });
        return this;
    }

    /// <summary>These errors are no failure: the child goes on with the next step.</summary>
    public unsafe Step Unless(params ReadOnlySpan<Errno> expected)
    {
        int first = (int)expected[0];
        int second = expected.Length > 1 ? (int)expected[1] : 0;
        int third = expected.Length > 2 ? (int)expected[2] : 0;
        _program.Change(Index, instruction =>
        {
            instruction.Expected[0] = first;
            instruction.Expected[1] = second;
            instruction.Expected[2] = third;
            return instruction;
        });
        return this;
    }

    /// <summary>An expected error other than "not there" is what <see cref="ChildProgram.FailRemembered"/> will report.</summary>
    public Step Remembering()
    {
        _program.Change(Index, instruction => instruction with { Remember = 1 });
        return this;
    }

    /// <summary>A result of 0 ends the child, as end of file on a pipe from the parent must.</summary>
    public Step NotZero()
    {
        _program.Change(Index, instruction => instruction with { ZeroIsFailure = 1 });
        return this;
    }

    /// <summary>After success the child goes on at what is added next, from now on: what lies between is the other branch.</summary>
    public void OnSuccessGoHere()
    {
        int target = _program.Count;
        _program.Change(Index, instruction => instruction with { OnSuccess = target });
    }

    /// <summary>As <see cref="OnSuccessGoHere"/>, after an expected error.</summary>
    public void OnExpectedGoHere()
    {
        int target = _program.Count;
        _program.Change(Index, instruction => instruction with { OnExpected = target });
    }
}
