using Microsoft.Extensions.Logging;

namespace Wharf.Engine.Containers.Lifecycle;

/// <summary>
/// The way back: each step of a verb that succeeded leaves its reversal here, and a failure runs them newest first. All are run; those that
/// fail are logged, and never replace the failure that caused them.
/// </summary>
internal sealed class UndoStack(ILogger log)
{
    private readonly Stack<Func<ValueTask>> _steps = new();

    internal void Push(Action step) => Push(() =>
    {
        step();
        return ValueTask.CompletedTask;
    });

    internal void Push(Func<ValueTask> step)
    {
        lock (_steps)
        {
            _steps.Push(step);
        }
    }

    internal async Task RunAsync()
    {
        while (_steps.TryPop(out Func<ValueTask>? step))
        {
            try
            {
                await step();
            }
            catch (Exception failure)
            {
                log.UndoFailed(failure);
            }
        }
    }
}
