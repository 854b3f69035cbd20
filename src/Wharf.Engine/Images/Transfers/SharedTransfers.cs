namespace Wharf.Engine.Images.Transfers;

/// <summary>
/// Work in progress, such as a layer in transit: each piece once, however many pulls or pushes want it. Those who join see the progress of the
/// one that is running; it is cancelled, and has cleaned up after itself, when the last of them has left.
/// </summary>
/// <typeparam name="TKey">What makes two pieces one.</typeparam>
/// <typeparam name="TProgress">What is told about a piece.</typeparam>
internal sealed class SharedTransfers<TKey, TProgress>
    where TKey : notnull
    where TProgress : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Transfer> _running = [];

    /// <param name="start">Does the work, if nobody does it already.</param>
    internal async Task JoinAsync(
        TKey key,
        IProgress<TProgress> observer,
        Func<IProgress<TProgress>, CancellationToken, Task> start,
        CancellationToken cancellationToken)
    {
        Transfer transfer;
        lock (_gate)
        {
            if (!_running.TryGetValue(key, out transfer!))
            {
                transfer = new Transfer();
                _running.Add(key, transfer);
                transfer.Work = RunAsync(key, transfer, start);
            }

            transfer.Members++;
        }

        transfer.Join(observer);
        try
        {
            await transfer.Work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            transfer.Leave(observer);
            if (IsLastToLeave(key, transfer))
            {
                await transfer.Stop.CancelAsync().ConfigureAwait(false);
                await transfer.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                transfer.Stop.Dispose();
            }
        }
    }

    private async Task RunAsync(TKey key, Transfer transfer, Func<IProgress<TProgress>, CancellationToken, Task> start)
    {
        await Task.Yield();
        try
        {
            await start(transfer, transfer.Stop.Token).ConfigureAwait(false);
        }
        finally
        {
            Forget(key, transfer);
        }
    }

    private bool IsLastToLeave(TKey key, Transfer transfer)
    {
        lock (_gate)
        {
            if (--transfer.Members > 0)
            {
                return false;
            }

            // Nobody may join what is about to be cancelled.
            Forget(key, transfer);
            return true;
        }
    }

    private void Forget(TKey key, Transfer transfer)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(key, out Transfer? current) && current == transfer)
            {
                _running.Remove(key);
            }
        }
    }

    private sealed class Transfer : IProgress<TProgress>
    {
        private readonly Lock _gate = new();
        private readonly List<IProgress<TProgress>> _observers = [];
        private TProgress? _latest;

        internal CancellationTokenSource Stop { get; } = new();

        internal Task Work { get; set; } = Task.CompletedTask;

        internal int Members { get; set; }

        public void Report(TProgress value)
        {
            lock (_gate)
            {
                _latest = value;
                foreach (IProgress<TProgress> observer in _observers)
                {
                    observer.Report(value);
                }
            }
        }

        internal void Join(IProgress<TProgress> observer)
        {
            lock (_gate)
            {
                _observers.Add(observer);
                if (_latest is not null)
                {
                    observer.Report(_latest);
                }
            }
        }

        internal void Leave(IProgress<TProgress> observer)
        {
            lock (_gate)
            {
                _observers.Remove(observer);
            }
        }
    }
}
