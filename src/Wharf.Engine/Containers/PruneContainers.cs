using System.Globalization;

namespace Wharf.Engine.Containers;

/// <summary><c>container prune</c>.</summary>
internal sealed class PruneContainers(ContainerDependencies engine, RemoveContainer remove)
{
    internal async Task<PruneResult> RunAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, CancellationToken cancellationToken)
    {
        if (filters.Keys.FirstOrDefault(name => name is not ("until" or "label" or "label!")) is { } unknown)
        {
            throw WharfException.Invalid($"invalid filter '{unknown}'");
        }

        DateTimeOffset? until = filters.TryGetValue("until", out IReadOnlyList<string>? times) ? times.Select(ParseTime).Min() : null;
        List<string> deleted = [];
        long reclaimed = 0;
        foreach (ContainerSnapshot container in engine.Registry.All.Select(container => container.Snapshot).ToArray())
        {
            if (container.State.IsRunning || container.Created > until || !Matches(container, filters))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            long size = MeasureContainer.WrittenBytes(container.Paths.Upper);
            try
            {
                await remove.RunAsync(container.Id, force: false, removeVolumes: false, CancellationToken.None);
                deleted.Add(container.Id);
                reclaimed += size;
            }
            catch (WharfException busy) when (busy.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
            {
                // Started or removed by somebody else meanwhile.
            }
        }

        return new PruneResult(deleted, reclaimed);
    }

    private static bool Matches(ContainerSnapshot container, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        (!filters.TryGetValue("label", out IReadOnlyList<string>? wanted)
            || wanted.All(label => ListContainers.MatchesLabel(container.Config.Labels, label)))
        && (!filters.TryGetValue("label!", out IReadOnlyList<string>? unwanted)
            || !unwanted.Any(label => ListContainers.MatchesLabel(container.Config.Labels, label)));

    /// <summary>Clients send seconds since 1970, a date, or how long ago (<c>24h</c>).</summary>
    private DateTimeOffset ParseTime(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }

        if (Durations.TryParse(text, out TimeSpan ago))
        {
            return engine.Clock.GetUtcNow() - ago;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw WharfException.Invalid($"invalid filter 'until={text}'");
    }
}
