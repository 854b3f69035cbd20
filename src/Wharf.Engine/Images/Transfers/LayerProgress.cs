using Wharf.Engine.Images.Pull;
using Wharf.Oci;

namespace Wharf.Engine.Images.Transfers;

/// <summary>
/// What is told about one layer. Download and unpacking run together, but are told one after the other, as clients draw them: unpacking
/// shows once the download is complete.
/// </summary>
/// <param name="layer">What clients know it by: the blob of a pull, the diff id of a push.</param>
internal sealed class LayerProgress(IProgress<PullProgress> target, Digest layer, long total, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private long _lastReport;
    private bool _downloaded;

    internal void Say(string status) => target.Report(new PullProgress(layer.Short, status));

    /// <param name="current">Bytes of a stored layer that the unpacker has taken, when there is nothing to download.</param>
    internal void Loading(long current) => Count("Loading layer", current, whileDownloading: true);

    internal void Pushing(long current) => Count("Pushing", current, whileDownloading: true);

    internal void Downloading(long current) => Count("Downloading", current, whileDownloading: true);

    internal void Downloaded()
    {
        lock (_gate)
        {
            _downloaded = true;
        }

        Say("Verifying Checksum");
        Say("Download complete");
    }

    /// <param name="current">Compressed bytes that the unpacker has taken.</param>
    internal void Extracting(long current) => Count("Extracting", current, whileDownloading: false);

    private void Count(string status, long current, bool whileDownloading)
    {
        lock (_gate)
        {
            long now = clock.GetTimestamp();
            bool due = _lastReport == 0 || clock.GetElapsedTime(_lastReport, now) >= Interval || (current == total && !whileDownloading);
            if (_downloaded == whileDownloading || !due)
            {
                return;
            }

            _lastReport = now;
        }

        target.Report(new PullProgress(layer.Short, status, current, total));
    }
}
