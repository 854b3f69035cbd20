using Wharf.Engine.Builds.Dockerfile;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Images;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Plan;

/// <summary>
/// A Dockerfile becomes a graph: the stages that the target needs, instruction by instruction. Base images are found first, all at the same
/// time, since variables and triggers are in their configs.
/// </summary>
internal sealed class Planner
{
    private readonly BuildRequest _request;
    private readonly DockerfileDocument _document;
    private readonly BuildArguments _arguments;
    private readonly StageGraph _graph;
    private readonly BaseImages _images;
    private readonly StepReporter _reporter;
    private readonly PlanSources _sources;
    private readonly Dictionary<int, StagePlan> _planned = [];
    private readonly Dictionary<int, IReadOnlyList<BuildStep>> _steps = [];

    /// <exception cref="DockerfileException"/>
    internal Planner(BuildRequest request, DockerfileDocument document, StepReporter reporter, ImageService images, CancellationToken cancellationToken)
    {
        _request = request;
        _document = document;
        _reporter = reporter;
        var given = request.BuildArgs.Where(argument => argument.Value is not null).ToDictionary(argument => argument.Key, argument => argument.Value!);
        _arguments = BuildArguments.Create(document, given, Platform.Host, request.Platform ?? Platform.Host, request.Target);
        _graph = StageGraph.Create(document, _arguments);
        _images = new BaseImages(images, request, reporter, cancellationToken);
        _sources = new PlanSources(request, _images, PlanStageAsync);
    }

    /// <summary>Warnings of the build, once it is planned.</summary>
    internal IEnumerable<BuildWarned> Warnings =>
    [
        .. _document.Warnings.Select(warning => new BuildWarned(warning.Rule, warning.Message, warning.Source.Start.Line)),
        .. _arguments.NotConsumed(_document) is { Count: > 0 } unused
            ? [new BuildWarned(null, $"One or more build-args {GoText.Plain(unused)} were not consumed", 0)]
            : (BuildWarned[])[],
    ];

    /// <exception cref="WharfException"/>
    internal async Task<BuildPlan> PlanAsync()
    {
        Stage target = _graph.Target(_request.Target);
        IReadOnlyList<Stage> needed = _graph.Needed(target);
        Announce(needed);
        Task<Image?[]> sources = Task.WhenAll(_request.CacheFrom.Distinct(StringComparer.Ordinal).Select(FindCacheSourceAsync));
        await Task.WhenAll([.. needed.Select(FindBaseAsync), sources]);
        foreach (Stage stage in needed)
        {
            await PlanStageAsync(stage);
        }

        StagePlan plan = _planned[target.Index];
        plan.Config.AddLabels(_request.Labels);
        return new BuildPlan(
            plan.Root,
            plan.Config.Build("", plan.Platform, []),
            plan.BaseLayers,
            plan.BaseCreated,
            plan.Entries,
            plan.Root.Step ?? _steps[target.Index][^1],
            [.. (await sources).OfType<Image>()]);
    }

    private void Announce(IReadOnlyList<Stage> stages)
    {
        int total = stages.Sum(stage => stage.Instructions.Count + 1);
        int number = 0;
        foreach (Stage stage in stages)
        {
            _steps[stage.Index] =
            [
                .. stage.Instructions.Prepend(stage.From).Select((instruction, index) => new BuildStep(
                    ++number, total, stage.DisplayName, index + 1, stage.Instructions.Count + 1, instruction.Origin.Text, instruction.Source.Start.Line)),
            ];
        }

        _reporter.Report(new StepsPlanned([.. _steps.Values.SelectMany(steps => steps)]));
    }

    /// <summary>The FROM of a stage: all there is to do is to have the image here.</summary>
    private async Task FindBaseAsync(Stage stage)
    {
        BuildStep step = _steps[stage.Index][0];
        long started = _reporter.Start(step);
        try
        {
            string identity = _graph.BaseOf(stage) is ImageSource source
                ? (await _images.FindAsync(ReferenceOf(source), _graph.PlatformOf(stage), step)).Id.Hex
                : "";
            _reporter.Finish(step, isCached: true, identity, started);
        }
        catch (WharfException failure)
        {
            _reporter.Fail(step, failure);
            throw;
        }
    }

    /// <summary>Without it the build only takes longer.</summary>
    private async Task<Image?> FindCacheSourceAsync(string name)
    {
        try
        {
            return await _images.FindAsync(ImageReference.Parse(name), null, null);
        }
        catch (Exception missing) when (missing is WharfException or FormatException)
        {
            _reporter.Report(new BuildWarned(null, $"cache source {name} is not available: {missing.Message}", 0));
            return null;
        }
    }

    private ImageReference ReferenceOf(ImageSource source) => _request.NamedContexts.GetValueOrDefault(source.Name) switch
    {
        NamedImage image => image.Reference,
        NamedFiles => throw source.Source.Error($"the build context {source.Name} has files, not an image: it can be copied from, but no stage can begin with it"),
        _ => source.Reference,
    };

    private async Task<StagePlan> PlanStageAsync(Stage stage)
    {
        if (_planned.TryGetValue(stage.Index, out StagePlan? known))
        {
            return known;
        }

        StagePlan plan = await StartAsync(stage);
        _planned[stage.Index] = plan;
        var instructions = new InstructionPlanner(_request, _arguments, _graph, _sources, stage, plan);
        BuildStep? first = _steps.GetValueOrDefault(stage.Index)?[0];
        foreach (string trigger in plan.Config.Triggers)
        {
            Instruction instruction = DockerfileParser.ParseInstruction(trigger, "ONBUILD trigger");
            await instructions.AddAsync(instruction, first is null ? null : first with { Text = "ONBUILD " + instruction.Origin.Text, Line = 0 });
        }

        for (int i = 0; i < stage.Instructions.Count; i++)
        {
            await instructions.AddAsync(stage.Instructions[i], _steps.GetValueOrDefault(stage.Index)?[i + 1]);
        }

        return plan;
    }

    private async Task<StagePlan> StartAsync(Stage stage)
    {
        Platform platform = _graph.PlatformOf(stage) ?? _request.Platform ?? Platform.Host;
        switch (_graph.BaseOf(stage))
        {
            case StageOutput below:
                return (await PlanStageAsync(below.Stage)).Inherit();
            case ImageSource source:
                Image image = await _images.FindAsync(ReferenceOf(source), _graph.PlatformOf(stage), null);
                Platform own = image.Config.Platform;
                return new StagePlan(
                    new ImageVertex { Name = source.Name, Layers = [.. image.Layers.Select(layer => layer.DiffId)] },
                    ImageConfigBuilder.Start(image.Config, _document.Escape, _arguments),
                    own.Architecture.Length > 0 ? own : platform)
                {
                    BaseLayers = image.Layers.Count,
                    BaseCreated = image.Config.Created,
                };
            default:
                return new StagePlan(new EmptyVertex(), ImageConfigBuilder.Start(null, _document.Escape, _arguments), platform);
        }
    }
}
