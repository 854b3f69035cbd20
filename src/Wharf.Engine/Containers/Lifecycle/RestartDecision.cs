namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>Whether, and after what pause, a container that ended starts again. Docker's rules and times.</summary>
internal static class RestartDecision
{
    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>A container that ran for so long was healthy: its next pause is the first again.</summary>
    internal static readonly TimeSpan HealthyRun = TimeSpan.FromSeconds(10);

    internal static bool ShouldRestart(RestartPolicy policy, int exitCode, int restartCount, bool stoppedByUser) =>
        !stoppedByUser && policy.Name switch
        {
            "always" or "unless-stopped" => true,
            "on-failure" => exitCode != 0 && (policy.MaximumRetryCount == 0 || restartCount < policy.MaximumRetryCount),
            _ => false,
        };

    /// <param name="previous">The last pause, zero when there was none.</param>
    internal static TimeSpan NextPause(TimeSpan previous, TimeSpan ran)
    {
        if (previous == TimeSpan.Zero || ran >= HealthyRun)
        {
            return FirstPause;
        }

        TimeSpan doubled = previous * 2;
        return doubled > LongestPause ? LongestPause : doubled;
    }

    /// <summary>At the start of the engine: <c>always</c> also brings back what the user had stopped.</summary>
    internal static bool ShouldStartWithEngine(RestartPolicy policy, ContainerState state) => policy.Name switch
    {
        "always" => state.StartedAt is not null,
        "unless-stopped" => state.StartedAt is not null && !state.StoppedByUser,
        _ => false,
    };
}
