namespace Wharf.Engine.Builds;

/// <summary>What a door needs of builds. Implemented by <c>BuildService</c>.</summary>
public interface IBuilder
{
    /// <summary>Builds an image. After a failure or a cancellation nothing is left but the steps that were complete, in the cache.</summary>
    /// <exception cref="WharfException">In Docker's words; a <see cref="StepFailedException"/> when a RUN step ended with another code than 0.</exception>
    /// <exception cref="OperationCanceledException"/>
    Task<BuildResult> BuildAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken);

    /// <summary>Removes from the cache. What a running build uses stays.</summary>
    Task<BuildPruneResult> PruneAsync(BuildPruneRequest request, CancellationToken cancellationToken);

    /// <summary>What the cache holds, used last first.</summary>
    IReadOnlyList<BuildCacheRecord> Usage();
}
