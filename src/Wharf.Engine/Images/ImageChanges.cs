using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>The Dockerfile instructions that <c>import --change</c> and <c>commit --change</c> take, applied to a config.</summary>
internal static class ImageChanges
{
    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static ExecutionConfig Apply(ExecutionConfig config, IEnumerable<string> changes)
    {
        var builder = ImageConfigBuilder.Change(config);
        foreach (string change in changes.Where(change => !string.IsNullOrWhiteSpace(change)))
        {
            Instruction instruction = DockerfileParser.ParseInstruction(change, "--change");
            if (instruction is FromInstruction or RunInstruction or CopyInstruction or AddInstruction or ArgInstruction or MaintainerInstruction)
            {
                throw instruction.Source.Error($"{instruction.Origin.Keyword.ToLowerInvariant()} is not a valid change command");
            }

            builder.Apply(instruction);
        }

        return builder.Execution;
    }
}
