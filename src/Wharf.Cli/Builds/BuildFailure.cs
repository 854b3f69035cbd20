using System.Text;
using Wharf.Api.Builds;

namespace Wharf.Cli.Builds;

/// <summary>What is said when a build failed: the end of the step's output, the place in the Dockerfile, the reason.</summary>
internal static class BuildFailure
{
    private const int LinesAround = 2;

    /// <param name="failed">The step that failed; null when none had begun.</param>
    internal static string Describe(BuildResultMessage result, BuildStepMessage? failed, string dockerfile, byte[]? text)
    {
        var message = new StringBuilder();
        if (failed is not null && result.LastLines is { Count: > 0 } lines)
        {
            message.Append($"------\n > {BuildDisplay.Title(failed)}:\n");
            lines.ForEach(line => message.Append(line).Append('\n'));
            message.Append("------\n");
        }

        // Where the message has no excerpt of its own.
        if (failed is { Line: > 0 } && text is not null && result.Error?.Contains(" | ", StringComparison.Ordinal) == false)
        {
            message.Append(Excerpt(dockerfile, Encoding.UTF8.GetString(text).Split('\n'), failed.Line));
        }

        return message.Append($"ERROR: failed to build: {result.Error}").ToString();
    }

    private static string Excerpt(string name, string[] lines, int line)
    {
        var excerpt = new StringBuilder($"{name}:{line}\n--------------------\n");
        for (int number = Math.Max(1, line - LinesAround); number <= Math.Min(lines.Length, line + LinesAround); number++)
        {
            excerpt.Append($"{number,4} | {(number == line ? ">>>" : "   ")} {lines[number - 1].TrimEnd('\r')}\n");
        }

        return excerpt.Append("--------------------\n").ToString();
    }
}
