using System.Diagnostics;
using System.Text;

namespace Wharf.ConformanceTests.Harness;

/// <summary>What a program printed and how it ended.</summary>
public sealed record CommandResult(string Line, int ExitCode, string Out, string Error)
{
    /// <summary>Standard output without the last newline.</summary>
    public string Text => Out.TrimEnd('\n');

    /// <summary>Fails the test, with everything printed, unless the program ended with <paramref name="code"/>.</summary>
    public CommandResult Expect(int code = 0)
    {
        Assert.True(ExitCode == code, $"$ {Line}\nexit code {ExitCode}, expected {code}\nstdout: {Out}\nstderr: {Error}");
        return this;
    }

    /// <summary>Fails the test unless <paramref name="text"/> is somewhere in what was printed.</summary>
    public CommandResult Says(string text)
    {
        Assert.True((Out + Error).Contains(text, StringComparison.Ordinal), $"$ {Line}\nexpected: {text}\nstdout: {Out}\nstderr: {Error}");
        return this;
    }
}

/// <summary>Runs real programs, with a deadline: a hang is a failure that says which command hung.</summary>
public static class Command
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task<CommandResult> RunAsync(
        string file,
        IReadOnlyList<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(file, arguments, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        string line = $"{Path.GetFileName(file)} {string.Join(' ', arguments)}";
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"$ {line}\ndid not end within {Deadline.TotalSeconds} s\nstdout: {await output}\nstderr: {await error}");
        }

        return new CommandResult(line, process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program whose streams the test drives itself; the caller disposes it.</summary>
    public static Process Start(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.Start();
        return process;
    }
}
