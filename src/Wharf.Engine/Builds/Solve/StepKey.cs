using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>One thing that decides what a step makes: its command, its base, a file that it reads.</summary>
internal readonly record struct KeyInput(string Name, string Value);

/// <summary>Everything that decides what a step makes, by name, so that a step that was not in the cache can say what has changed.</summary>
internal sealed class StepKey
{
    /// <summary>Changes when a step makes something else of the same inputs than an earlier version of this engine.</summary>
    private const string Version = "1";

    private readonly List<KeyInput> _inputs;
    private Digest? _digest;

    internal StepKey(string operation) => _inputs = [new("operation", $"{operation}/{Version}")];

    private StepKey(List<KeyInput> inputs) => _inputs = inputs;

    internal IReadOnlyList<KeyInput> Inputs => _inputs;

    internal void Add(string name, string value)
    {
        _inputs.Add(new KeyInput(name, value));
        _digest = null;
    }

    internal StepKey Copy() => new([.. _inputs]);

    /// <summary>What the cache knows the step by.</summary>
    internal Digest Compute() => _digest ??= Hash();

    private Digest Hash()
    {
        using IncrementalHash hash = Digest.CreateHash();
        foreach (KeyInput input in _inputs)
        {
            Append(hash, input.Name);
            Append(hash, input.Value);
        }

        return Digest.From(hash);
    }

    /// <summary>With its length in front: no two lists of inputs read alike.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
