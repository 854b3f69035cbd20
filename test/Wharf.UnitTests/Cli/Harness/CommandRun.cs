using System.Text;
using Wharf.Cli;

namespace Wharf.UnitTests.Cli.Harness;

/// <summary>The whole program, run in this process with streams of its own.</summary>
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    internal static CommandRun Of(params string[] words) => WithInput("", words);

    internal static CommandRun WithInput(string input, params string[] words)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int code = WharfProgram.Run(words, new Streams(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error));
        return new CommandRun(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
