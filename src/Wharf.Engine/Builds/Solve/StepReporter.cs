using System.Text;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>Tells an observer what becomes of the steps.</summary>
internal sealed class StepReporter(IBuildObserver observer, TimeProvider clock)
{
    private BuildStep? _last;
    private StepFinished? _held;

    internal void Report(BuildEvent happened) => observer.Report(happened);

    /// <summary>The end of this step is told only when the image is there, with the image's id.</summary>
    internal void Hold(BuildStep? last) => _last = last;

    internal long Start(BuildStep? step)
    {
        if (step is not null)
        {
            observer.Report(new StepStarted(step));
        }

        return clock.GetTimestamp();
    }

    internal void Finish(BuildStep? step, bool isCached, string identity, long started)
    {
        if (step is null)
        {
            return;
        }

        string id = Digest.Of(Encoding.UTF8.GetBytes($"{step.Stage} {step.StageNumber} {step.Text} {identity}")).Hex;
        var finished = new StepFinished(step, isCached, id, clock.GetElapsedTime(started));
        if (step == _last)
        {
            _held = finished;
        }
        else
        {
            observer.Report(finished);
        }
    }

    internal void FinishLast(Digest image)
    {
        if (_held is not null)
        {
            observer.Report(_held with { Id = image.Hex });
        }
    }

    internal void Fail(BuildStep? step, WharfException failure)
    {
        if (step is not null)
        {
            observer.Report(new StepFailed(step, failure));
        }
    }
}
