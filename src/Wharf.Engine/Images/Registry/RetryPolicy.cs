using Wharf.Engine.Images.Registry.Transport;

namespace Wharf.Engine.Images.Registry;

/// <summary>What is worth asking again, and after how long: a registry's own <c>Retry-After</c>, or else twice the last pause.</summary>
internal sealed class RetryPolicy(RegistryTimeouts timeouts, int attempts, TimeProvider clock)
{
    /// <summary>Attempts in all, the first included.</summary>
    internal int Attempts => attempts;

    /// <param name="isWorthwhile">Which failures may be tried again at all; all that are transient when null.</param>
    internal async Task<T> RunAsync<T>(
        Func<Task<T>> request, CancellationToken cancellationToken, Func<WharfException, bool>? isWorthwhile = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan? pause;
            try
            {
                return await request().ConfigureAwait(false);
            }
            catch (WharfException failure) when (isWorthwhile?.Invoke(failure) != false && (pause = PauseAfter(failure, attempt)) is not null)
            {
            }

            await Task.Delay(pause.Value, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>How long to wait before attempt <paramref name="attempt"/> + 1, or null to give up and pass the failure on.</returns>
    internal TimeSpan? PauseAfter(WharfException failure, int attempt)
    {
        TimeSpan? asked = (failure as RegistryError)?.RetryAfter;
        bool transient = failure is RegistryTransportException or RegistryError { IsTransient: true };
        if (!transient || attempt >= attempts || asked > timeouts.LongestPause)
        {
            return null;
        }

        TimeSpan own = timeouts.Backoff * (1 << Math.Min(attempt - 1, 10));
        // Jitter keeps clients that were cut off together from coming back together.
        TimeSpan jittered = own * (0.75 + (Random.Shared.NextDouble() / 2));
        return asked > TimeSpan.Zero ? asked : jittered < timeouts.LongestPause ? jittered : timeouts.LongestPause;
    }
}
