using Wharf.Oci;

namespace Wharf.Engine.Images.Garbage;

/// <summary>The leases that are out, and what they hold. The last word of each is a collection.</summary>
internal sealed class Leases : ILeases
{
    private readonly Lock _gate = new();
    private readonly HashSet<Lease> _out = [];

    /// <summary>Called after a lease was given back.</summary>
    internal Action? Released { get; set; }

    /// <summary>Whether nothing is under way.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _out.Count == 0;
            }
        }
    }

    public ILease Begin() => Add(new Lease(this, holdsAll: false));

    /// <summary>A lease on everything, for content whose digests are known only when it is there (import, load): nothing is collected meanwhile.</summary>
    internal ILease BeginAll() => Add(new Lease(this, holdsAll: true));

    /// <summary>
    /// Runs <paramref name="collect"/> with what must not be collected, while nobody can take a hold: whoever does so next sees what is gone.
    /// Not at all while somebody holds everything.
    /// </summary>
    internal void WhileFrozen(Action<IReadOnlySet<Digest>> collect)
    {
        lock (_gate)
        {
            if (!_out.Any(lease => lease.HoldsAll))
            {
                collect(_out.SelectMany(lease => lease.Held).ToHashSet());
            }
        }
    }

    private Lease Add(Lease lease)
    {
        lock (_gate)
        {
            _out.Add(lease);
        }

        return lease;
    }

    private void Remove(Lease lease)
    {
        lock (_gate)
        {
            if (!_out.Remove(lease))
            {
                return;
            }
        }

        Released?.Invoke();
    }

    private void Hold(Lease lease, Digest digest)
    {
        lock (_gate)
        {
            lease.Held.Add(digest);
        }
    }

    private sealed class Lease(Leases leases, bool holdsAll) : ILease
    {
        internal bool HoldsAll { get; } = holdsAll;

        /// <summary>Blobs and layers alike: a layer that is its own blob (an uncompressed one) is one thing under two roofs.</summary>
        internal HashSet<Digest> Held { get; } = [];

        public void HoldBlob(Digest blob) => leases.Hold(this, blob);

        public void HoldLayer(Digest diffId) => leases.Hold(this, diffId);

        public void Dispose() => leases.Remove(this);
    }
}
