using System.Globalization;
using System.Text;
using Wharf.Api.Builds;
using Wharf.Cli.Output;

namespace Wharf.Cli.Builds;

/// <summary>How a build is shown. This one shows nothing; for <c>--quiet</c>.</summary>
internal class BuildDisplay : IDisposable
{
    /// <summary>What of the context has been sent so far.</summary>
    /// <param name="files">How many the daemon lacks; null for an archive.</param>
    internal virtual void Sending(long bytes, int? files)
    {
    }

    /// <summary>All of the context is there.</summary>
    internal virtual void Sent(long bytes, int? files)
    {
    }

    internal virtual void Show(BuildEventMessage happened)
    {
    }

    internal virtual void Output(int step, ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>The build went well.</summary>
    internal virtual void Built(string imageId, IReadOnlyList<string> tags)
    {
    }

    public virtual void Dispose()
    {
    }

    /// <summary><c>[build 2/4] RUN make</c>, in one line.</summary>
    internal static string Title(BuildStepMessage step) => $"[{step.Stage} {step.StageNumber}/{step.StageTotal}] {OneLine(step.Text)}";

    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";

    protected static string Context(long bytes, int? files) => files is { } count
        ? $"transferring context: {HumanSize.Format(bytes)}, {count} changed {(count == 1 ? "file" : "files")}"
        : $"transferring context: {HumanSize.Format(bytes)}";

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (string part in text.Split('\n'))
        {
            line.Append(line.Length > 0 ? " " : "").Append(part.Trim().TrimEnd('\\').TrimEnd());
        }

        return line.ToString();
    }
}
