namespace Wharf.Runtime.Monitor;

/// <summary>The time of day as messages carry it.</summary>
internal static class UnixClock
{
    internal static long Nanoseconds => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
