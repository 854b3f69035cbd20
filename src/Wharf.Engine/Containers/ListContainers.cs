using System.Globalization;
using Wharf.Engine.Containers.Health;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers;

/// <summary><c>ps</c>: published snapshots, filtered as Docker does.</summary>
internal sealed class ListContainers(ContainerDependencies engine)
{
    private delegate bool Match(ContainerSnapshot container);

    internal IReadOnlyList<ContainerSnapshot> Run(ListRequest request)
    {
        List<Match> filters = [.. request.Filters.Select(filter => Compile(filter.Key, filter.Value))];

        // A limit, or a filter that is about those that do not run, looks at all of them.
        bool all = request.All || request.Limit > 0
            || request.Filters.ContainsKey("status") || request.Filters.ContainsKey("exited")
            || request.Filters.ContainsKey("before") || request.Filters.ContainsKey("since");
        IEnumerable<ContainerSnapshot> found = engine.Registry.All
            .Select(container => container.Snapshot)
            .Where(container => (all || container.State.IsRunning) && filters.All(filter => filter(container)));
        return [.. request.Limit > 0 ? found.Take(request.Limit) : found];
    }

    private Match Compile(string name, IReadOnlyList<string> values) => name switch
    {
        "id" => Any(values, (container, value) => container.Id.StartsWith(value, StringComparison.Ordinal)),
        "name" => Any(values, (container, value) => MatchesName(container.Name, value)),
        "label" => All(values, (container, value) => MatchesLabel(container.Config.Labels, value)),
        "status" => Any([.. values.Select(CheckStatus)], (container, value) => StatusName(container.State.Status) == value),
        "exited" => Any([.. values.Select(CheckExitCode)], (container, value) =>
            container.State is { IsRunning: false, StartedAt: not null } && container.State.ExitCode.ToString(CultureInfo.InvariantCulture) == value),
        "ancestor" => Ancestors(values),
        "before" => Before(values),
        "since" => Since(values),
        "volume" => Any(values, (container, value) => container.Mounts.Any(mount => mount.Name == value || mount.Destination == value)),
        "network" => Any(values, (container, value) =>
            container.Endpoints.ContainsKey(value)
            || container.Sandbox?.Endpoints.Any(endpoint => endpoint.NetworkId.StartsWith(value, StringComparison.Ordinal)) is true),
        "publish" => Any(values, (container, value) => MatchesPort(container.HostConfig.PortBindings.Keys, value)),
        "expose" => Any(values, (container, value) => MatchesPort(container.Config.ExposedPorts, value)),
        "health" => Any([.. values.Select(CheckHealth)], (container, value) => value == (container.State.Health is { } health ? HealthChecks.NameOf(health.Status) : "none")),
        "is-task" => Any(values, (_, value) => value is "false" or "0"),
        _ => throw WharfException.Invalid($"invalid filter '{name}'"),
    };

    private static Match Any(IReadOnlyList<string> values, Func<ContainerSnapshot, string, bool> match) =>
        container => values.Any(value => match(container, value));

    private static Match All(IReadOnlyList<string> values, Func<ContainerSnapshot, string, bool> match) =>
        container => values.All(value => match(container, value));

    /// <summary>Docker takes a regular expression here; people write a part of a name, or <c>^/name$</c> as scripts do.</summary>
    private static bool MatchesName(string name, string pattern)
    {
        string wanted = pattern.TrimStart('^').TrimStart('/').TrimEnd('$');
        bool start = pattern.StartsWith('^');
        bool end = pattern.EndsWith('$');
        return (start, end) switch
        {
            (true, true) => name == wanted,
            (true, false) => name.StartsWith(wanted, StringComparison.Ordinal),
            (false, true) => name.EndsWith(wanted, StringComparison.Ordinal),
            _ => name.Contains(wanted, StringComparison.Ordinal),
        };
    }

    internal static bool MatchesLabel(IReadOnlyDictionary<string, string> labels, string filter)
    {
        int end = filter.IndexOf('=', StringComparison.Ordinal);
        return end < 0
            ? labels.ContainsKey(filter)
            : labels.TryGetValue(filter[..end], out string? value) && value == filter[(end + 1)..];
    }

    private static bool MatchesPort(IEnumerable<string> ports, string wanted)
    {
        (ushort port, PortProtocol protocol) = PortSpec.ParseExposed(wanted);
        return ports.SelectMany(PortSpec.Expand).Contains((port, protocol));
    }

    private Match Ancestors(IReadOnlyList<string> values)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (string value in values)
        {
            try
            {
                ids.Add(engine.Images.Resolve(value).Id);
            }
            catch (WharfException unknown) when (unknown.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
            {
                // An image that is gone may still be named by the containers made from it.
            }
        }

        return container => ids.Contains(container.ImageId) || values.Contains(container.Config.Image);
    }

    private Match Before(IReadOnlyList<string> values)
    {
        DateTimeOffset limit = values.Select(Created).Min();
        return container => container.Created < limit;
    }

    private Match Since(IReadOnlyList<string> values)
    {
        DateTimeOffset limit = values.Select(Created).Max();
        return container => container.Created > limit;
    }

    private DateTimeOffset Created(string container) => engine.Registry.Find(container).Snapshot.Created;

    private static string CheckStatus(string status) => Enum.GetValues<ContainerStatus>().Any(known => StatusName(known) == status)
        ? status
        : throw WharfException.Invalid($"invalid filter 'status={status}'");

    private static string CheckHealth(string health) => health is "none" or "starting" or "healthy" or "unhealthy"
        ? health
        : throw WharfException.Invalid($"unrecognized filter value for health: {health}");

    private static string CheckExitCode(string code) => int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        ? code
        : throw WharfException.Invalid($"invalid filter 'exited={code}'");

    private static string StatusName(ContainerStatus status) => status.ToString().ToLowerInvariant();
}
