using System.Globalization;
using Wharf.Engine.Containers;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Dockerfile.Parsing;

internal static class HealthcheckParser
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    internal static HealthcheckInstruction Parse(RawInstruction raw)
    {
        var flags = new FlagSet(raw, "interval", "timeout", "start-period", "start-interval", "retries");
        raw.RequireArguments();
        Word kind = raw.WordsAtBlanks()[0];
        Word command = raw.Rest with { Text = raw.Rest.Text[kind.Text.Length..].TrimStart() };
        return kind.Text.ToUpperInvariant() switch
        {
            "NONE" => command.Text.Length == 0
                ? new HealthcheckInstruction(raw.Origin, new HealthCheckConfig { Test = ["NONE"] })
                : throw raw.Error("HEALTHCHECK NONE takes no arguments"),
            "CMD" => new HealthcheckInstruction(raw.Origin, new HealthCheckConfig
            {
                Test = Test(raw, command),
                Interval = Duration(raw, flags, "interval"),
                Timeout = Duration(raw, flags, "timeout"),
                StartPeriod = Duration(raw, flags, "start-period"),
                StartInterval = Duration(raw, flags, "start-interval"),
                Retries = Retries(raw, flags.Word("retries")),
            }),
            var other => throw raw.Error($"Unknown type {GoText.Quote(other)} in HEALTHCHECK (try CMD)", kind.Source),
        };
    }

    private static IReadOnlyList<string> Test(RawInstruction raw, Word command) => raw.Json(command) switch
    {
        [_, ..] words => ["CMD", .. words.Select(word => word.Text)],
        null when command.Text.Length > 0 => ["CMD-SHELL", command.Text],
        _ => throw raw.Error("Missing command after HEALTHCHECK CMD"),
    };

    /// <returns>Nanoseconds; null for the default.</returns>
    private static long? Duration(RawInstruction raw, FlagSet flags, string name)
    {
        if (flags.Word(name) is not { } text)
        {
            return null;
        }

        bool isNegative = text.Text.StartsWith('-');
        string bare = text.Text.TrimStart('+', '-');
        if (text.Text.Length - bare.Length > 1 || (!Durations.TryParse(bare, out TimeSpan duration) && bare != "0"))
        {
            throw raw.Error($"time: invalid duration {GoText.Quote(text.Text)}", text.Source);
        }

        return duration == TimeSpan.Zero
            ? null
            : !isNegative && duration >= Shortest
                ? duration.Ticks * TimeSpan.NanosecondsPerTick
                : throw raw.Error($"Interval {GoText.Quote(name)} cannot be less than 1ms", text.Source);
    }

    private static int? Retries(RawInstruction raw, Word? text)
    {
        if (text is not { } word)
        {
            return null;
        }

        return int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int retries)
            ? retries >= 0
                ? retries == 0 ? null : retries
                : throw raw.Error($"--retries cannot be negative ({retries})", word.Source)
            : throw raw.Error($"strconv.ParseInt: parsing {GoText.Quote(word.Text)}: invalid syntax", word.Source);
    }
}
