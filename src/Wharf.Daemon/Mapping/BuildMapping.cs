using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wharf.Api;
using Wharf.Api.Builds;
using Wharf.Api.Containers;
using Wharf.Api.Server;
using Wharf.Engine;
using Wharf.Engine.Builds;
using Wharf.Engine.Builds.Context;
using Wharf.Engine.Containers;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;

namespace Wharf.Daemon.Mapping;

/// <summary>What is asked of a build, from the parameters of <c>POST /build</c> or from a session's first frame; the files aside.</summary>
internal static class BuildMapping
{
    private const string HubKey = "https://index.docker.io/v1/";

    /// <summary>The parameters of <c>POST /build</c>.</summary>
    /// <exception cref="WharfException">InvalidArgument, or NotImplemented for what only BuildKit does.</exception>
    internal static BuildRequest FromQuery(HttpContext context, IBuildContext files)
    {
        Check(context);
        return new BuildRequest
        {
            Context = files,
            Dockerfile = context.Query("dockerfile") ?? "Dockerfile",
            Tags = Tags(context.Request.Query["t"].OfType<string>()),
            BuildArgs = Json(context, "buildargs", ApiJson.Default.DictionaryStringString)?.ToDictionary(pair => pair.Key, pair => (string?)pair.Value) ?? [],
            Target = context.Query("target"),
            NoCache = context.QueryFlag("nocache"),
            Pull = context.QueryFlag("pull"),
            Labels = Json(context, "labels", ApiJson.Default.DictionaryStringString) ?? [],
            NetworkMode = context.Query("networkmode") ?? "",
            ExtraHosts = [.. context.Request.Query["extrahosts"].OfType<string>().SelectMany(ExtraHosts)],
            Limits = new ResourceLimits
            {
                Memory = Number(context, "memory"),
                MemorySwap = Number(context, "memswap"),
                CpuShares = Number(context, "cpushares"),
                CpuPeriod = Number(context, "cpuperiod"),
                CpuQuota = Number(context, "cpuquota"),
                CpusetCpus = context.Query("cpusetcpus") ?? "",
                CpusetMems = context.Query("cpusetmems") ?? "",
                Ulimits = Ulimits(Json(context, "ulimits", ApiJson.Default.ListUlimit)),
            },
            ShmSize = Number(context, "shmsize"),
            CgroupParent = context.Query("cgroupparent") ?? "",
            Squash = context.QueryFlag("squash"),
            CacheFrom = Json(context, "cachefrom", ApiJson.Default.ListString) ?? [],
            Platform = ImageNames.ParsePlatform(context.Query("platform")),
            Credentials = Credentials(RegistryMapping.ConfigurationOf(context)),
        };
    }

    /// <summary>The first frame of a session.</summary>
    /// <exception cref="WharfException">InvalidArgument.</exception>
    internal static BuildRequest FromSession(
        BuildSessionRequest wire, IBuildContext files, IReadOnlyDictionary<string, NamedContext> named) => new()
        {
            Context = files,
            Dockerfile = string.IsNullOrEmpty(wire.Dockerfile) ? "Dockerfile" : wire.Dockerfile,
            DockerfileText = wire.DockerfileText,
            Tags = Tags(wire.Tags ?? []),
            BuildArgs = wire.BuildArgs ?? [],
            Target = string.IsNullOrEmpty(wire.Target) ? null : wire.Target,
            NoCache = wire.NoCache,
            NoCacheFilters = wire.NoCacheFilter ?? [],
            Pull = wire.Pull,
            Labels = wire.Labels ?? [],
            NetworkMode = wire.NetworkMode ?? "",
            ExtraHosts = wire.ExtraHosts ?? [],
            Limits = new ResourceLimits
            {
                Memory = wire.Memory,
                MemorySwap = wire.MemorySwap,
                CpuShares = wire.CpuShares,
                CpuPeriod = wire.CpuPeriod,
                CpuQuota = wire.CpuQuota,
                CpusetCpus = wire.CpusetCpus ?? "",
                CpusetMems = wire.CpusetMems ?? "",
                Ulimits = Ulimits(wire.Ulimits),
            },
            ShmSize = NotNegative(wire.ShmSize, "shmsize"),
            CgroupParent = wire.CgroupParent ?? "",
            Squash = wire.Squash,
            CacheFrom = wire.CacheFrom ?? [],
            Platform = ImageNames.ParsePlatform(string.IsNullOrEmpty(wire.Platform) ? null : wire.Platform),
            Secrets = (wire.Secrets ?? []).ToDictionary(pair => pair.Key, pair => (ReadOnlyMemory<byte>)pair.Value),
            NamedContexts = named,
            Credentials = Credentials(wire.RegistryAuth),
            SourceDateEpoch = wire.SourceDateEpoch is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Explain = wire.Explain,
        };

    private static void Check(HttpContext context)
    {
        switch (context.Query("version") ?? "1")
        {
            case "1":
                break;
            case "2":
                throw new WharfException(
                    ErrorKind.NotImplemented, "this daemon does not speak BuildKit's protocol: set DOCKER_BUILDKIT=0, or build with 'wharf build'");
            case var other:
                throw WharfException.Invalid($"invalid version specified: {other}");
        }

        if (context.Query("outputs") is { } outputs && outputs is not ("[]" or "null"))
        {
            throw new WharfException(
                ErrorKind.NotImplemented, "outputs other than an image of this engine are not supported: build without --output, then save or push");
        }

        if (context.Query("securityopt") is { } options && options is not ("[]" or "null"))
        {
            throw WharfException.Invalid("The daemon on this platform does not support setting security options on build");
        }
    }

    private static List<ImageReference> Tags(IEnumerable<string> names) =>
        [.. names.Where(name => name.Length > 0).Select(name => ImageNames.Parse(name) switch
        {
            { Digest: not null } => throw WharfException.Invalid("build tag cannot contain a digest"),
            { Tag: null } untagged => untagged.WithTag("latest"),
            var tagged => tagged,
        }).Distinct()];

    /// <summary>Docker's client repeats the parameter, others send a JSON object or array.</summary>
    private static IEnumerable<string> ExtraHosts(string text)
    {
        if (text.StartsWith('{'))
        {
            return Parse(text, "extrahosts", ApiJson.Default.DictionaryStringString).Select(pair => $"{pair.Key}:{pair.Value}");
        }

        return text.StartsWith('[') ? Parse(text, "extrahosts", ApiJson.Default.ListString) : [text];
    }

    private static List<UlimitOption> Ulimits(List<Ulimit>? limits) =>
        [.. (limits ?? []).Select(limit => new UlimitOption(limit.Name ?? "", limit.Soft, limit.Hard))];

    private static T? Json<T>(HttpContext context, string name, JsonTypeInfo<T> type)
        where T : class => context.Query(name) is { } text && text != "null" ? Parse(text, name, type) : null;

    private static T Parse<T>(string text, string name, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException malformed)
        {
            throw WharfException.Invalid($"error reading {name}: {malformed.Message}");
        }
    }

    private static long Number(HttpContext context, string name)
    {
        if (context.Query(name) is not { } text)
        {
            return 0;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            throw WharfException.Invalid($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        return name == "shmsize" ? NotNegative(number, name) : number;
    }

    private static long NotNegative(long value, string name) =>
        value >= 0 ? value : throw WharfException.Invalid($"{name} must not be negative: {value}");

    private static Func<string, RegistryCredentials?> Credentials(Dictionary<string, AuthConfig>? configured)
    {
        if (configured is not { Count: > 0 })
        {
            return _ => null;
        }

        var byHost = new Dictionary<string, RegistryCredentials>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, AuthConfig config) in configured)
        {
            byHost[HostOf(key)] = RegistryMapping.ToEngine(config);
        }

        return host => byHost.GetValueOrDefault(host);
    }

    /// <summary>Keys of config.json may be addresses; the Hub's is one of old.</summary>
    private static string HostOf(string key)
    {
        if (key is HubKey or "index.docker.io" or "registry-1.docker.io")
        {
            return "docker.io";
        }

        string rest = key[(key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..];
        return rest.Split('/', 2)[0];
    }
}
