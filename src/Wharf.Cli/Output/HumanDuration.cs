namespace Wharf.Cli.Output;

/// <summary>Durations for people, in Docker's words: <c>About a minute</c>, <c>3 weeks</c>.</summary>
internal static class HumanDuration
{
    internal static string Format(TimeSpan duration)
    {
        if (duration.TotalSeconds < 1)
        {
            return "Less than a second";
        }

        long seconds = (long)duration.TotalSeconds;
        long hours = (long)Math.Round(duration.TotalHours, MidpointRounding.AwayFromZero);
        return seconds switch
        {
            1 => "1 second",
            < 60 => $"{seconds} seconds",
            < 120 => "About a minute",
            < 3600 => $"{(long)duration.TotalMinutes} minutes",
            _ => hours switch
            {
                1 => "About an hour",
                < 48 => $"{hours} hours",
                < 24 * 7 * 2 => $"{hours / 24} days",
                < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
                < 24 * 365 * 2 => $"{hours / 24 / 30} months",
                _ => $"{(long)(duration.TotalHours / 24 / 365)} years",
            },
        };
    }

    internal static string Ago(DateTimeOffset then, TimeProvider time) => Format(time.GetUtcNow() - then) + " ago";
}
