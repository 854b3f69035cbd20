using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images.Pull;

public sealed record PullRequest
{
    public required ImageReference Reference { get; init; }

    /// <summary>Every tag of the repository instead of one.</summary>
    public bool AllTags { get; init; }

    /// <summary>Which image of an index to take; the host's when null.</summary>
    public Platform? Platform { get; init; }

    public RegistryCredentials? Credentials { get; init; }
}
