namespace Wharf.Engine.Builds.Context;

/// <summary>Times of files, as the index has them: in ticks, of which the kernel's are a hundredth.</summary>
public static class ContextTime
{
    private static readonly long s_least = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long s_most = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>An archive may claim any time; what no calendar has becomes the nearest that it has.</summary>
    public static DateTimeOffset Of(long seconds, long nanoseconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, s_least, s_most)).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
