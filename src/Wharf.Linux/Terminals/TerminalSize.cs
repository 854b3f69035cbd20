namespace Wharf.Linux.Terminals;

/// <summary>Rows and columns of a terminal, in characters.</summary>
public readonly record struct TerminalSize(ushort Rows, ushort Columns);
