using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Wharf.Oci.ImageSpec;

/// <summary>
/// Which images run on a platform, best first: itself, then older variants of its architecture, then the 32-bit one where the processor
/// runs it too. For amd64, whose levels images state but hosts do not, newer levels that this processor has come after the base.
/// </summary>
public sealed class PlatformMatcher
{
    private readonly List<Platform> _candidates;

    public PlatformMatcher(Platform wanted)
    {
        Wanted = wanted.Normalized;
        _candidates = [.. Candidates(Wanted)];
    }

    public Platform Wanted { get; }

    public bool Matches(Platform platform) => Rank(platform) >= 0;

    /// <summary>
    /// The entry of an index to take, or null. An entry that states no platform fits any, but only when nothing better is there, as Docker
    /// chooses; attestations (<c>unknown/unknown</c>) never fit.
    /// </summary>
    public Descriptor? Choose(ImageIndex index)
    {
        Descriptor? best = null;
        int bestRank = int.MaxValue;
        foreach (Descriptor entry in index.Manifests)
        {
            int rank = entry.Platform is null or { Os: "", Architecture: "" } ? _candidates.Count : Rank(entry.Platform);
            if (rank >= 0 && rank < bestRank && !MediaTypes.IsSchema1(entry.MediaType))
            {
                (best, bestRank) = (entry, rank);
            }
        }

        return best;
    }

    private int Rank(Platform platform)
    {
        Platform normalized = platform.Normalized;
        return _candidates.FindIndex(candidate =>
            candidate.Os == normalized.Os && candidate.Architecture == normalized.Architecture && candidate.Variant == normalized.Variant);
    }

    private static IEnumerable<Platform> Candidates(Platform wanted)
    {
        yield return wanted;
        foreach (Platform older in OlderVariants(wanted))
        {
            yield return older;
        }

        switch (wanted)
        {
            case { Architecture: "amd64", Variant: null }:
                for (int level = 2; level <= ProcessorLevel(); level++)
                {
                    yield return wanted with { Variant = $"v{level}" };
                }

                yield return wanted with { Architecture = "386", Variant = null };
                break;
            case { Architecture: "arm64" }:
                for (int version = 8; version >= 5; version--)
                {
                    yield return wanted with { Architecture = "arm", Variant = $"v{version}" };
                }

                break;
        }
    }

    private static IEnumerable<Platform> OlderVariants(Platform wanted)
    {
        int oldest = wanted.Architecture switch
        {
            "amd64" => 1,
            "arm" => 5,
            "arm64" => 8,
            _ => int.MaxValue,
        };
        if (wanted.Variant is not ['v', .. var digits] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            yield break;
        }

        for (int older = Math.Min(version, 10) - 1; older >= oldest; older--)
        {
            yield return (wanted with { Variant = $"v{older}" }).Normalized;
        }
    }

    /// <summary>The x86-64 micro-architecture level of this processor (System V ABI, section 3.1.1).</summary>
    private static int ProcessorLevel() => (Avx512BW.IsSupported, Avx2.IsSupported && Bmi2.IsSupported && Fma.IsSupported, Sse42.IsSupported) switch
    {
        (true, true, _) => 4,
        (_, true, _) => 3,
        (_, _, true) => 2,
        _ => 1,
    };
}
