using Wharf.Engine.Builds.Cache;
using Wharf.Engine.Builds.Files;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Images.Garbage;
using Wharf.Linux;

namespace Wharf.Engine.Builds.Solve;

/// <summary>
/// Solves the vertices of one build: each once, those that do not need each other at the same time. A step is looked for in the cache as soon
/// as its inputs are there, by what it reads and does; what it makes is a layer that keys the steps that follow.
/// </summary>
internal sealed class Solver : IAsyncDisposable
{
    private readonly SolveParts _parts;
    private readonly StepReporter _reporter;
    private readonly BuildPlace _place;
    private readonly ILease _lease;
    private readonly bool _explain;
    private readonly DateTimeOffset? _epoch;
    private readonly CachePins _pins = new();
    private readonly CancellationTokenSource _stop;
    private readonly Lock _gate = new();
    private readonly Dictionary<Vertex, Task<Solved>> _solved = [];
    private readonly List<Task> _started = [];
    private readonly List<IDisposable> _trees = [];
    private readonly StepRunner _runner;

    internal Solver(SolveParts parts, StepReporter reporter, BuildPlace place, BuildRequest request, CancellationToken cancellationToken)
    {
        _parts = parts;
        _reporter = reporter;
        _place = place;
        _explain = request.Explain;
        _epoch = request.SourceDateEpoch;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _lease = parts.Images.Leases.Begin();
        Views = new RootViews(place.Views, parts.Images.Layers);
        _runner = new StepRunner(parts, place, Views, _lease, request.SourceDateEpoch);
    }

    internal ILease Lease => _lease;

    /// <summary>Images that are asked for a step which is not in the cache.</summary>
    internal ImageSteps CacheSources { get; set; } = ImageSteps.None;

    internal RootViews Views { get; }

    /// <summary>Solves a vertex and all that it needs; the first failure stops everything.</summary>
    /// <exception cref="WharfException"/>
    /// <exception cref="OperationCanceledException"/>
    internal async Task<Solved> SolveAsync(Vertex vertex)
    {
        try
        {
            return await Begin(vertex);
        }
        catch
        {
            await _stop.CancelAsync();
            throw;
        }
    }

    /// <summary>What came of a vertex that has been solved.</summary>
    internal Solved this[Vertex vertex] => _solved[vertex].Result;

    /// <summary>Nothing runs any more, and nothing is mounted, when this returns. What was made stays in the cache.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            running = [.. _solved.Values, .. _started];
        }

        foreach (Task task in running)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _trees.ForEach(tree => tree.Dispose());
        Views.Dispose();
        _parts.Cache.Release(_pins);
        _lease.Dispose();
        _stop.Dispose();
    }

    private Task<Solved> Begin(Vertex vertex)
    {
        lock (_gate)
        {
            return _solved.TryGetValue(vertex, out Task<Solved>? known) ? known : _solved[vertex] = Task.Run(() => SolveOneAsync(vertex));
        }
    }

    private async Task<Solved> SolveOneAsync(Vertex vertex)
    {
        Task<Solved>[] inputs = [.. vertex.Inputs.Select(Begin)];
        await Task.WhenAll(inputs);
        _stop.Token.ThrowIfCancellationRequested();
        long started = _reporter.Start(vertex.Step);
        try
        {
            Solved solved = vertex switch
            {
                EmptyVertex => new Solved(RootState.Empty, null),
                ImageVertex image => Use(image),
                SameVertex same => (await Begin(same.Base)) with { MadeLayer = false },
                StackVertex stack => Stack(await Begin(stack.Base), await Begin(stack.Above)),
                SourceVertex source => new Solved(null, await OpenAsync(source)),
                RootVertex step => await StepAsync(step),
                _ => throw new InvalidOperationException($"{vertex.GetType().Name} is not known to the solver"),
            };
            _reporter.Finish(vertex.Step, solved.IsCached, solved.Root?.Identity ?? "", started);
            return solved;
        }
        catch (LinuxException failure)
        {
            var typed = new WharfException(ErrorKind.Internal, failure.Message, failure);
            await FailAsync(vertex, typed);
            throw typed;
        }
        catch (WharfException failure)
        {
            await FailAsync(vertex, failure);
            throw;
        }
    }

    private async Task FailAsync(Vertex vertex, WharfException failure)
    {
        _reporter.Fail(vertex.Step, failure);
        await _stop.CancelAsync();
    }

    private Solved Use(ImageVertex image)
    {
        foreach (Oci.Digest layer in image.Layers)
        {
            _lease.HoldLayer(layer);
        }

        return image.Layers.FirstOrDefault(layer => !_parts.Images.Layers.Contains(layer)) is { } missing
            ? throw WharfException.NotFound($"layer {missing} of {image.Name} has been removed meanwhile: build again")
            : new Solved(new RootState(image.Layers), null);
    }

    private static Solved Stack(Solved below, Solved above) =>
        new(below.State.With(above.State.Layers), null, above.Created, MadeLayer: true, below.IsCached && above.IsCached);

    private async Task<FileTree> OpenAsync(SourceVertex source)
    {
        FileTree tree = await _runner.OpenAsync(source, _stop.Token);
        Own(tree);
        return tree;
    }

    private void Own(FileTree tree)
    {
        if (tree is IDisposable disposable)
        {
            lock (_gate)
            {
                _trees.Add(disposable);
            }
        }
    }

    private async Task<Solved> StepAsync(RootVertex vertex)
    {
        StepInputs inputs = await GatherAsync(vertex);
        StepKeys keys = new(vertex, inputs, _epoch);
        if (!vertex.IgnoreCache && Find(keys) is { } hit)
        {
            return Done(inputs.Base, hit, isCached: true);
        }

        if (!vertex.IgnoreCache && await TakeOverAsync(vertex, inputs, keys) is { } taken)
        {
            return Done(inputs.Base, taken, isCached: true);
        }

        if (_explain && vertex.Step is { } step)
        {
            _reporter.Report(new StepExplained(step, vertex.IgnoreCache
                ? ["the cache was not to be used for it"]
                : CacheMiss.Explain(_parts.Cache.InputsBefore(SlotOf(vertex), DescriptionOf(vertex)), keys.Full.Inputs)));
        }

        return Done(inputs.Base, vertex.IgnoreCache ? await RunAsync(vertex, inputs, keys, Relay(vertex), _stop.Token) : await ShareAsync(vertex, inputs, keys), isCached: false);
    }

    /// <summary>
    /// Takes a step from an image. What a program made is believed, as Docker believes it; files that are copied are compared with the
    /// image's, since history does not say what was in them.
    /// </summary>
    private async Task<CacheRecord?> TakeOverAsync(RootVertex vertex, StepInputs inputs, StepKeys keys)
    {
        if (CacheSources.Find(vertex, inputs.Base.State) is not { } step || (vertex is ExecVertex exec && !ImageSteps.IsToldByHistory(exec)))
        {
            return null;
        }

        if (step.Layer is { } layer)
        {
            _lease.HoldLayer(layer);
            if (!_parts.Images.Layers.Contains(layer))
            {
                return null;
            }
        }

        if (vertex is FileVertex files && !await _runner.MakesAsync(files, inputs, step.Layer, _stop.Token))
        {
            return null;
        }

        return _parts.Cache.Add(
            keys.All, new NewRecord(DescriptionOf(vertex), SlotOf(vertex), step.Layer, [.. inputs.Records], step.Size, _epoch ?? step.Created), _pins);
    }

    /// <summary>Runs a step, or waits for another build that does so already.</summary>
    private async Task<CacheRecord> ShareAsync(RootVertex vertex, StepInputs inputs, StepKeys keys)
    {
        Oci.Digest key = keys.Full.Compute();
        while (true)
        {
            await _parts.Running.JoinAsync(
                key,
                Relay(vertex),
                (watchers, stop) =>
                {
                    Task<CacheRecord> run = RunAsync(vertex, inputs, keys, watchers, stop);
                    lock (_gate)
                    {
                        _started.Add(run);
                    }

                    return run;
                },
                _stop.Token);
            if (Find(keys) is { } made)
            {
                return made;
            }
        }
    }

    private async Task<CacheRecord> RunAsync(
        RootVertex vertex, StepInputs inputs, StepKeys keys, IProgress<StepPiece> watchers, CancellationToken cancellationToken)
    {
        await _parts.Slots.WaitAsync(cancellationToken);
        try
        {
            MadeStep made = await _runner.RunAsync(vertex, inputs, watchers, cancellationToken);
            var record = new NewRecord(
                DescriptionOf(vertex),
                SlotOf(vertex),
                made.Layer,
                [.. inputs.Records],
                made.Size,
                _epoch ?? DateTimeOffset.FromUnixTimeMilliseconds(_parts.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
            return _parts.Cache.Add(keys.All, record, _pins);
        }
        finally
        {
            _parts.Slots.Release();
        }
    }

    private Relayed Relay(RootVertex vertex) => new(piece =>
    {
        if (vertex.Step is { } step)
        {
            _reporter.Report(new StepOutput(step, piece.Stream, piece.Bytes));
        }
    });

    private CacheRecord? Find(StepKeys keys)
    {
        if (keys.Quick is { } quick && _parts.Cache.Find(quick.Compute(), _pins) is { } known)
        {
            return known;
        }

        CacheRecord? found = _parts.Cache.Find(keys.Full.Compute(), _pins);
        if (found is not null && keys.Quick is not null)
        {
            _parts.Cache.AddKey(keys.Quick.Compute(), found.Id);
        }

        return found;
    }

    private Solved Done(Solved below, CacheRecord record, bool isCached)
    {
        if (record.Layer is not null)
        {
            _lease.HoldLayer(record.Layer);
        }

        return new Solved(
            record.Layer is null ? below.State : below.State.With([record.Layer]),
            null,
            record.Layer is null ? below.Created : record.Created,
            record.Layer is not null,
            isCached,
            record.Id);
    }

    /// <summary>What a step's inputs came to; roots that it reads files of are opened.</summary>
    private async Task<StepInputs> GatherAsync(RootVertex vertex)
    {
        Vertex below = vertex switch
        {
            ExecVertex exec => exec.Base,
            FileVertex files => files.Base,
            _ => throw new InvalidOperationException($"{vertex.GetType().Name} is no step"),
        };
        var trees = new Dictionary<Vertex, FileTree>();
        List<string> records = [];
        foreach (Vertex input in vertex.Inputs.Distinct())
        {
            Solved solved = await Begin(input);
            if (solved.Record is { } record)
            {
                records.Add(record);
            }

            if (solved.Files is { } files)
            {
                trees[input] = files;
            }
            else if (input != below || vertex.Inputs.Count(other => other == input) > 1)
            {
                trees[input] = OpenRoot(solved.State);
            }
        }

        return new StepInputs(await Begin(below), trees, records);
    }

    private RootTree OpenRoot(RootState state)
    {
        var tree = new RootTree(Views.Of(state), state.Identity);
        Own(tree);
        return tree;
    }

    private static string DescriptionOf(RootVertex vertex) => vertex.Step?.Text ?? vertex.GetType().Name;

    private static string SlotOf(RootVertex vertex) => vertex.Step is { } step ? $"{step.Stage} {step.StageNumber}" : "";

    private sealed class Relayed(Action<StepPiece> report) : IProgress<StepPiece>
    {
        public void Report(StepPiece value) => report(value);
    }
}
