using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry;

/// <summary>A blob that is to be sent.</summary>
/// <param name="Open">Opens it whole; called again for each request that sends some of it.</param>
/// <param name="Report">Told the position in the blob as it moves.</param>
internal sealed record BlobSource(Digest Digest, long Size, Func<FileStream> Open, Action<long> Report)
{
    internal BlobContent Part(long offset, long length) => new(Open, offset, length, Report);
}
