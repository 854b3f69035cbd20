using Wharf.Engine.Images.Registry;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Images;

/// <summary>What a registry has under a name, without pulling it (<c>GET /distribution/{name}/json</c>).</summary>
public sealed class InspectDistribution(RegistryClient registry)
{
    /// <exception cref="WharfException">As pull.</exception>
    public Task<Distribution> RunAsync(ImageReference reference, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        ImageReference named = reference.WithDefaultTag();
        return registry.UseAsync(
            named,
            credentials,
            async repository =>
            {
                try
                {
                    FetchedManifest top = await repository.GetManifestAsync(named.Digest?.ToString() ?? named.Tag!, cancellationToken).ConfigureAwait(false);
                    return await DescribeAsync(repository, top, cancellationToken).ConfigureAwait(false);
                }
                catch (RegistryError refused)
                {
                    throw refused.About(named);
                }
                catch (FormatException malformed)
                {
                    throw WharfException.Invalid(malformed.Message);
                }
            },
            cancellationToken);
    }

    private static async Task<Distribution> DescribeAsync(Repository repository, FetchedManifest top, CancellationToken cancellationToken)
    {
        string? mediaType = ImageDocuments.MediaTypeOf(top.Content, top.MediaType);
        var descriptor = new Descriptor { MediaType = mediaType, Digest = top.Digest, Size = top.Content.Length };
        if (MediaTypes.IsIndex(mediaType))
        {
            ImageIndex index = ImageDocuments.ReadIndex(top.Content);
            return new Distribution(descriptor, [.. from entry in index.Manifests where entry.Platform is not null select entry.Platform]);
        }

        if (!MediaTypes.IsManifest(mediaType))
        {
            throw WharfException.Invalid($"unsupported manifest media type \"{mediaType}\"");
        }

        Manifest manifest = ImageDocuments.ReadManifest(top.Content);
        byte[] config = await repository.GetBlobAsync(manifest.Config, ImageDocuments.MaxConfigSize, cancellationToken).ConfigureAwait(false);
        return new Distribution(descriptor, [ImageDocuments.ReadConfig(config).Platform]);
    }
}

/// <param name="Descriptor">Of the index or manifest that the name stands for.</param>
/// <param name="Platforms">That it can be pulled for.</param>
public sealed record Distribution(Descriptor Descriptor, IReadOnlyList<Platform> Platforms);
