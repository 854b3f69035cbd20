using System.Collections.Frozen;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>What the whole build is told: the arguments it was started with, its platforms, and the ARG instructions before the first FROM.</summary>
internal sealed class BuildArguments
{
    /// <summary>Arguments that need no ARG. A RUN sees them as variables, and no cache key and no history has them.</summary>
    private static readonly FrozenSet<string> Proxies =
        FrozenSet.ToFrozenSet(["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string> _variables;

    private BuildArguments(IReadOnlyDictionary<string, string> given, Dictionary<string, string> variables)
    {
        Given = given;
        _variables = variables;
    }

    /// <summary>For instructions outside of builds.</summary>
    internal static BuildArguments None { get; } = new(new Dictionary<string, string>(), []);

    /// <summary>As <c>--build-arg</c> gave them.</summary>
    internal IReadOnlyDictionary<string, string> Given { get; }

    /// <summary>What words of FROM see, and what an ARG without a default takes up: platforms and global arguments.</summary>
    internal IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The proxy settings among the arguments, in both cases, for the environment of every RUN.</summary>
    internal IReadOnlyDictionary<string, string> ProxyEnvironment => Given
        .Where(argument => Proxies.Contains(argument.Key))
        .SelectMany(
            argument => (string[])[argument.Key.ToUpperInvariant(), argument.Key.ToLowerInvariant()], (argument, name) => (name, argument.Value))
        .GroupBy(setting => setting.name)
        .ToDictionary(group => group.Key, group => Given.GetValueOrDefault(group.Key) ?? group.First().Value);

    /// <param name="target">Null when the last stage is built.</param>
    /// <exception cref="DockerfileException">A default cannot be expanded.</exception>
    internal static BuildArguments Create(
        DockerfileDocument document, IReadOnlyDictionary<string, string> given, Platform buildPlatform, Platform targetPlatform, string? target)
    {
        Dictionary<string, string> variables = new((KeyValuePair<string, string>[])
        [
            .. PlatformArguments("BUILD", buildPlatform),
            .. PlatformArguments("TARGET", targetPlatform),
            new("TARGETSTAGE", target ?? document.Stages[^1].Name ?? "default"),
        ]);
        foreach (string name in variables.Keys.Where(given.ContainsKey).ToList())
        {
            variables[name] = given[name];
        }

        foreach (ArgDefinition argument in document.GlobalArguments.SelectMany(instruction => instruction.Arguments))
        {
            string name = argument.Name;
            string? value = given.GetValueOrDefault(name) ?? new WordExpander(document.Escape, variables).Expand(argument.Default)?.Text;
            if (value is not null)
            {
                variables[name] = value;
            }
        }

        return new BuildArguments(given, variables);
    }

    /// <summary>Arguments that no instruction asks for, for the warning that Docker ends a build with.</summary>
    internal IReadOnlyList<string> NotConsumed(DockerfileDocument document)
    {
        HashSet<string> declared =
        [
            .. document.GlobalArguments.Concat(document.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
                .SelectMany(instruction => instruction.Arguments)
                .Select(argument => argument.Name),
        ];
        return
        [
            .. Given.Keys
                .Where(name => !declared.Contains(name) && !Proxies.Contains(name) && !IsBuiltIn(name))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsBuiltIn(string name) =>
        name is "SOURCE_DATE_EPOCH"
        || name.StartsWith("BUILDKIT_", StringComparison.Ordinal)
        || name is ['T', 'A', 'R', 'G', 'E', 'T', ..] or ['B', 'U', 'I', 'L', 'D', ..] && PlatformArguments("TARGET", Platform.Host)
            .Concat(PlatformArguments("BUILD", Platform.Host))
            .Any(argument => argument.Key == name);

    private static IEnumerable<KeyValuePair<string, string>> PlatformArguments(string prefix, Platform platform) =>
    [
        new(prefix + "PLATFORM", platform.ToString()),
        new(prefix + "OS", platform.Os),
        new(prefix + "OSVERSION", platform.OsVersion ?? ""),
        new(prefix + "ARCH", platform.Architecture),
        new(prefix + "VARIANT", platform.Variant ?? ""),
    ];
}
