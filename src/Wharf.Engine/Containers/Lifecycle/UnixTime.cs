namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>The monitor counts time in nanoseconds since 1970.</summary>
internal static class UnixTime
{
    internal static DateTimeOffset FromNanoseconds(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
