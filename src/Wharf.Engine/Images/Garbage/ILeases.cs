using Wharf.Oci;

namespace Wharf.Engine.Images.Garbage;

/// <summary>
/// Content that is on its way to becoming an image has no row that names it yet; a lease keeps the garbage collector off it. Leases die with
/// the process: after a crash nothing is in flight, and what was is garbage.
/// </summary>
public interface ILeases
{
    ILease Begin();
}

/// <summary>Disposing it gives everything held back to the collector. Taking a hold on what does not exist yet is fine, and the point.</summary>
public interface ILease : IDisposable
{
    void HoldBlob(Digest blob);

    void HoldLayer(Digest diffId);
}
