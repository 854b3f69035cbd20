using Wharf.Oci;

namespace Wharf.Engine.Builds;

/// <summary>A build that went well.</summary>
/// <param name="ImageId">The image is entered, and tagged as asked.</param>
public sealed record BuildResult(Digest ImageId, IReadOnlyList<BuildWarned> Warnings);

/// <summary>A RUN step ended with a code other than 0.</summary>
public sealed class StepFailedException(string command, int exitCode, IReadOnlyList<string> lastLines)
    : WharfException(ErrorKind.Internal, $"The command '{command}' returned a non-zero code: {exitCode}")
{
    /// <summary>As executed: <c>/bin/sh -c make</c>.</summary>
    public string Command { get; } = command;

    public int ExitCode { get; } = exitCode;

    /// <summary>The end of what it said, on either stream.</summary>
    public IReadOnlyList<string> LastLines { get; } = lastLines;
}
