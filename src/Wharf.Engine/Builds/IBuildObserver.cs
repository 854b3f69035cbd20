using Wharf.Engine.Images.Pull;

namespace Wharf.Engine.Builds;

/// <summary>Whoever watches a build. Called from several threads, one at a time for one step; it must not wait.</summary>
public interface IBuildObserver
{
    void Report(BuildEvent happened);
}

/// <summary>
/// One instruction of the target's stages, as people see it. Known, with its number, before the first one runs; an ONBUILD trigger of a base
/// image is known only when the image is there, and has the number of the FROM.
/// </summary>
/// <param name="Number">From 1, in the order of the Dockerfile.</param>
/// <param name="Total">Of the whole build, as in <c>Step 3/7</c>.</param>
/// <param name="Stage">Name of its stage, or <c>stage-N</c>.</param>
/// <param name="StageNumber">From 1, within the stage.</param>
/// <param name="StageTotal">As in <c>[build 2/4]</c>.</param>
/// <param name="Text">The instruction as written, its lines joined: <c>RUN make</c>.</param>
/// <param name="Line">Of the Dockerfile; 0 for a trigger.</param>
public sealed record BuildStep(int Number, int Total, string Stage, int StageNumber, int StageTotal, string Text, int Line);

/// <summary>What happens during a build: one of the records below.</summary>
public abstract record BuildEvent;

/// <summary>The steps to come, all of them; the first event of every build whose Dockerfile is sound.</summary>
public sealed record StepsPlanned(IReadOnlyList<BuildStep> Steps) : BuildEvent;

/// <summary>Steps of different stages overlap.</summary>
public sealed record StepStarted(BuildStep Step) : BuildEvent;

public enum OutputStream
{
    Output,
    Error,
}

/// <param name="Bytes">As the program wrote them, not cut at lines. The observer may keep them.</param>
public sealed record StepOutput(BuildStep Step, OutputStream Stream, ReadOnlyMemory<byte> Bytes) : BuildEvent;

/// <summary>A base image on its way.</summary>
public sealed record StepPull(BuildStep Step, PullProgress Progress) : BuildEvent;

/// <summary>A file on its way (<c>ADD https://…</c>, a large copy).</summary>
/// <param name="Total">Null when unknown.</param>
public sealed record StepProgress(BuildStep Step, string What, long Current, long? Total) : BuildEvent;

/// <summary>Exactly one for each step that is neither failed nor cut off.</summary>
/// <param name="IsCached">It did not have to run.</param>
/// <param name="Id">64 hex digits that stand for the state after the step; the image id's digits after the last one.</param>
public sealed record StepFinished(BuildStep Step, bool IsCached, string Id, TimeSpan Duration) : BuildEvent;

/// <summary>The build is about to fail with <paramref name="Failure"/>; the others are being stopped.</summary>
public sealed record StepFailed(BuildStep Step, WharfException Failure) : BuildEvent;

/// <summary>Why a step was not in the cache.</summary>
/// <param name="Reasons">Sentences: <c>src/main.c has changed</c>, <c>build argument VERSION was "1" and is "2"</c>.</param>
public sealed record StepExplained(BuildStep Step, IReadOnlyList<string> Reasons) : BuildEvent;

/// <param name="Code">Name of the rule, as Docker's build checks call it; null for one of the engine's own.</param>
/// <param name="Line">Of the Dockerfile; 0 when it is about none.</param>
public sealed record BuildWarned(string? Code, string Message, int Line) : BuildEvent;
