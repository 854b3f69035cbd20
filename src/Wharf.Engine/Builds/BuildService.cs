using System.Globalization;
using Microsoft.Extensions.Logging;
using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Builds.Dockerfile;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Containers;
using Wharf.Engine.Images;
using Wharf.Engine.Store;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds;

/// <summary>Builds images: parse, plan, solve, enter the image. The table of contents of this folder.</summary>
public sealed class BuildService : IBuilder, IAsyncDisposable
{
    private const int MaxDockerfile = 8 << 20;
    private const string EpochArgument = "SOURCE_DATE_EPOCH";

    private readonly SolveParts _parts;
    private readonly PruneCache _prune;

    internal BuildService(
        EngineOptions options, Database database, ContainerDependencies containers, ImageService images, ContextStore contexts, TimeProvider clock, ILogger logger)
    {
        var cache = new BuildCache(database, clock);
        string mounts = Directory.CreateDirectory(MountsOf(options)).FullName;
        _parts = new SolveParts
        {
            Options = options,
            Images = images,
            Contexts = contexts,
            Cache = cache,
            Mounts = new CacheMounts(mounts, cache),
            Exec = new ExecStep(containers),
            Slots = new SemaphoreSlim(Math.Max(2, Environment.ProcessorCount)),
            Clock = clock,
            Log = logger,
        };
        _prune = new PruneCache(options, cache, contexts, images, mounts, clock);
    }

    /// <inheritdoc/>
    public async Task<BuildResult> BuildAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken)
    {
        request = WithEpoch(request);
        DockerfileDocument document = Parse(request);
        var reporter = new StepReporter(observer, _parts.Clock);
        using var place = new BuildPlace(_parts.Options);
        try
        {
            await using var solver = new Solver(_parts, reporter, place, request, cancellationToken);
            var planner = new Planner(request, document, reporter, _parts.Images, cancellationToken);
            BuildPlan plan = await planner.PlanAsync();
            BuildWarned[] warnings = [.. planner.Warnings];
            foreach (BuildWarned warning in warnings)
            {
                reporter.Report(warning);
            }

            reporter.Hold(plan.Last);
            solver.CacheSources = new ImageSteps(plan.CacheSources);
            Solved solved = await solver.SolveAsync(plan.Target);
            if (request.Squash)
            {
                solved = await new Squash(_parts, place, solver, request.SourceDateEpoch).RunAsync(plan, solved, cancellationToken);
            }

            Digest id = _parts.Images.Add(BuiltImage.Config(plan, solver, solved, request), request.Tags, solver.Lease);
            reporter.FinishLast(id);
            return new BuildResult(id, warnings);
        }
        finally
        {
            _prune.AfterBuild();
        }
    }

    /// <inheritdoc/>
    public Task<BuildPruneResult> PruneAsync(BuildPruneRequest request, CancellationToken cancellationToken) =>
        Task.Run(() => _prune.Run(request), cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<BuildCacheRecord> Usage() => _prune.Usage();

    public ValueTask DisposeAsync() => _prune.DisposeAsync();

    /// <summary>Directories of <c>RUN --mount=type=cache</c>.</summary>
    internal static string MountsOf(EngineOptions options) => Path.Combine(options.Root, "build-mounts");

    private static DockerfileDocument Parse(BuildRequest request)
    {
        if (request.DockerfileText is { } text)
        {
            return DockerfileParser.Parse(text, request.Dockerfile);
        }

        using FileStream file = RootedFiles.OpenRead(request.Context.Root, request.Dockerfile)
            ?? throw WharfException.Invalid($"Cannot locate specified Dockerfile: {request.Dockerfile}");
        if (file.Length > MaxDockerfile)
        {
            throw WharfException.Invalid($"{request.Dockerfile} of {file.Length} bytes is larger than the limit of {MaxDockerfile}");
        }

        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return DockerfileParser.Parse(content, request.Dockerfile);
    }

    /// <summary>Clients without an option of their own for it give it as a build argument.</summary>
    private static BuildRequest WithEpoch(BuildRequest request)
    {
        if (request.SourceDateEpoch is not null || request.BuildArgs.GetValueOrDefault(EpochArgument) is not { Length: > 0 } text)
        {
            return request;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? request with { SourceDateEpoch = DateTimeOffset.FromUnixTimeSeconds(seconds) }
            : throw WharfException.Invalid($"invalid SOURCE_DATE_EPOCH: {text}: it is the seconds since 1970");
    }
}
