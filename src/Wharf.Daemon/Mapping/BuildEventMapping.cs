using Wharf.Api.Builds;
using Wharf.Engine.Builds;

namespace Wharf.Daemon.Mapping;

/// <summary>Events of a build on the wire.</summary>
internal static class BuildEventMapping
{
    internal static BuildEventMessage? ToWire(BuildEvent happened) => happened switch
    {
        StepsPlanned planned => new() { Type = BuildEventMessage.Planned, Steps = [.. planned.Steps.Select(ToWire)] },
        StepStarted started => new() { Type = BuildEventMessage.Started, Step = started.Step.Number },
        StepPull pull => new()
        {
            Type = BuildEventMessage.Pulling,
            Step = pull.Step.Number,
            Pull = new() { Layer = pull.Progress.Id, Status = pull.Progress.Status, Current = pull.Progress.Current, Total = pull.Progress.Total },
        },
        StepProgress progress => new()
        {
            Type = BuildEventMessage.Progress,
            Step = progress.Step.Number,
            Text = progress.What,
            Current = progress.Current,
            Total = progress.Total,
        },
        StepFinished finished => new()
        {
            Type = BuildEventMessage.Finished,
            Step = finished.Step.Number,
            Cached = finished.IsCached,
            Id = finished.Id,
            Milliseconds = finished.Duration.TotalMilliseconds,
        },
        StepFailed failed => new() { Type = BuildEventMessage.Failed, Step = failed.Step.Number, Text = failed.Failure.Message },
        StepExplained explained => new() { Type = BuildEventMessage.Explained, Step = explained.Step.Number, Reasons = [.. explained.Reasons] },
        BuildWarned warned => new() { Type = BuildEventMessage.Warned, Code = warned.Code, Text = warned.Message, Line = warned.Line },
        _ => null,
    };

    private static BuildStepMessage ToWire(BuildStep step) => new()
    {
        Number = step.Number,
        Total = step.Total,
        Stage = step.Stage,
        StageNumber = step.StageNumber,
        StageTotal = step.StageTotal,
        Text = step.Text,
        Line = step.Line,
    };
}
