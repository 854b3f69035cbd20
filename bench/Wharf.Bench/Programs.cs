using System.Diagnostics;

namespace Wharf.Bench;

/// <summary>Whole programs, started and waited for.</summary>
internal static class Programs
{
    internal static string Run(IReadOnlyList<string> words, bool discardOutput = false)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = "";
        if (discardOutput)
        {
            process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        }
        else
        {
            output = process.StandardOutput.ReadToEnd();
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"$ {string.Join(' ', words)}\nexit code {process.ExitCode}: {error.Result}");
    }
}
