using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Push;

public sealed record PushRequest
{
    public required ImageReference Reference { get; init; }

    /// <summary>Every tag of the repository that is here, instead of one.</summary>
    public bool AllTags { get; init; }

    /// <summary>What the image must be for; anything when null.</summary>
    public Platform? Platform { get; init; }

    public RegistryCredentials? Credentials { get; init; }
}
