using Wharf.Oci.Monitor;

namespace Wharf.Engine.Containers;

/// <summary>What the probes of a container have found. Containers without a health check have none.</summary>
/// <param name="Log">The newest results, those of earlier runs among them, oldest first.</param>
public sealed record ContainerHealth(HealthStatus Status, int FailingStreak, IReadOnlyList<HealthResult> Log);

/// <param name="ExitCode">0 is healthy; -1 when the probe had none of its own.</param>
public sealed record HealthResult(DateTimeOffset Start, DateTimeOffset End, int ExitCode, string Output);
