using System.Text;
using Wharf.Engine.Builds.Solve;
using ZstdSharp;

namespace Wharf.Engine.Builds.Cache;

/// <summary>A step's inputs as the database keeps them: lines, compressed. They only explain; keys are not made from them.</summary>
internal static class CacheInputs
{
    private const int MaxValue = 512;

    /// <summary>More than this is a step whose files nobody will read the names of.</summary>
    private const int MaxInputs = 200_000;

    internal static byte[] Pack(IReadOnlyList<KeyInput> inputs)
    {
        var text = new StringBuilder();
        foreach (KeyInput input in inputs.Take(MaxInputs))
        {
            text.Append(OneLine(input.Name)).Append('\n').Append(OneLine(input.Value)).Append('\n');
        }

        using var compressor = new Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text.ToString())).ToArray();
    }

    internal static IReadOnlyList<KeyInput> Unpack(byte[] packed)
    {
        using var decompressor = new Decompressor();
        string[] lines = Encoding.UTF8.GetString(decompressor.Unwrap(packed)).Split('\n');
        List<KeyInput> inputs = [];
        for (int i = 0; i + 1 < lines.Length; i += 2)
        {
            inputs.Add(new KeyInput(lines[i], lines[i + 1]));
        }

        return inputs;
    }

    /// <summary>What is compared must have been cut in the same way.</summary>
    internal static string OneLine(string text)
    {
        string line = text.Replace('\n', ' ');
        return line.Length <= MaxValue ? line : $"{line[..MaxValue]}… ({Wharf.Oci.Digest.Of(Encoding.UTF8.GetBytes(text)).Short})";
    }
}
