using Wharf.Engine.Images;

namespace Wharf.Engine;

/// <summary>Stands in for the services that other branches bring; goes away with the last of them.</summary>
internal sealed class NotLanded : IImageResolver
{
    public ResolvedImage Resolve(string reference, string? platform = null) => throw WharfException.NotFound($"No such image: {reference}");

    public void Acquire(string imageId, string containerId)
    {
    }

    public void Release(string containerId)
    {
    }
}
