using System.Collections.Concurrent;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Images;
using Wharf.Engine.Images.Pull;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Plan;

/// <summary>The images that a build begins with or copies from: those that are here, or else pulled, each once for a build.</summary>
internal sealed class BaseImages(ImageService images, BuildRequest request, StepReporter reporter, CancellationToken cancellationToken)
{
    private readonly ConcurrentDictionary<(string, string?), Lazy<Task<Image>>> _found = new();

    /// <param name="platform">That the Dockerfile asks for; the build's when null.</param>
    /// <param name="step">That waits for it.</param>
    /// <exception cref="WharfException"/>
    internal Task<Image> FindAsync(ImageReference reference, Platform? platform, BuildStep? step)
    {
        Platform? wanted = platform ?? request.Platform;
        return _found.GetOrAdd((reference.ToString(), wanted?.ToString()), _ => new Lazy<Task<Image>>(() => ResolveAsync(reference, wanted, step))).Value;
    }

    private async Task<Image> ResolveAsync(ImageReference reference, Platform? wanted, BuildStep? step)
    {
        Image? here = request.Pull ? null : TryFind(reference, wanted);
        Image image = here ?? await PullAsync(reference, wanted, step);
        if (wanted is null && !new PlatformMatcher(Platform.Host).Matches(image.Config.Platform))
        {
            reporter.Report(new BuildWarned(
                null,
                $"The requested image's platform ({image.Config.Platform}) does not match the detected host platform ({Platform.Host}) "
                    + "and no specific platform was requested",
                step?.Line ?? 0));
        }

        return image;
    }

    private Image? TryFind(ImageReference reference, Platform? wanted)
    {
        try
        {
            Image image = images.Find(reference.ToString());
            return wanted is null || new PlatformMatcher(wanted).Matches(image.Config.Platform) ? image : null;
        }
        catch (WharfException missing) when (missing.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<Image> PullAsync(ImageReference reference, Platform? wanted, BuildStep? step)
    {
        await images.Pull.RunAsync(
            new PullRequest { Reference = reference, Platform = wanted, Credentials = request.Credentials(reference.Domain) },
            new PullReport(progress =>
            {
                if (step is not null)
                {
                    reporter.Report(new StepPull(step, progress));
                }
            }),
            cancellationToken);
        Image image = images.Find(reference.ToString());
        return wanted is null || new PlatformMatcher(wanted).Matches(image.Config.Platform)
            ? image
            : throw WharfException.NotFound(
                $"image with reference {reference.Familiar} was found but does not match the specified platform: wanted {wanted}, actual: {image.Config.Platform}");
    }

    /// <summary>On the thread that reports, so that lines keep their order.</summary>
    private sealed class PullReport(Action<PullProgress> report) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => report(value);
    }
}
