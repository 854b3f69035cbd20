namespace Wharf.Runtime.Monitor;

/// <summary>Where everything goes that a process writes, whoever is attached to it.</summary>
internal interface IOutputRecord
{
    /// <summary>Output as it came, in whatever pieces.</summary>
    void Write(OutputKind kind, ReadOnlySpan<byte> output);

    /// <summary>Nothing more will come on this stream.</summary>
    void End(OutputKind kind);
}
