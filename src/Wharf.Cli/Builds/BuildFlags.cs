using Wharf.Api.Builds;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;
using Wharf.Cli.CommandLine.Values;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Builds;

/// <summary>The flags of <c>build</c>, and the request that they make.</summary>
internal sealed class BuildFlags
{
    private readonly ListOption _addHost;
    private readonly ListOption _buildArg;
    private readonly ListOption _buildContext;
    private readonly ListOption _cacheFrom;
    private readonly Option<string> _cgroupParent;
    private readonly Option<long?> _cpuPeriod;
    private readonly Option<long?> _cpuQuota;
    private readonly Option<long?> _cpuShares;
    private readonly Option<string> _cpusetCpus;
    private readonly Option<string> _cpusetMems;
    private readonly Option<bool> _explain;
    private readonly Option<string> _file;
    private readonly Option<string> _iidfile;
    private readonly ListOption _label;
    private readonly Option<long?> _memory;
    private readonly Option<long?> _memorySwap;
    private readonly Option<string> _network;
    private readonly Option<bool> _noCache;
    private readonly ListOption _noCacheFilter;
    private readonly Option<string> _platform;
    private readonly Option<string> _progress;
    private readonly Option<bool> _pull;
    private readonly Option<bool> _quiet;
    private readonly ListOption _secret;
    private readonly Option<long?> _shmSize;
    private readonly Option<bool> _squash;
    private readonly ListOption _tag;
    private readonly Option<string> _target;
    private readonly ListOption _ulimit;

    internal BuildFlags(OptionSet options)
    {
        _addHost = options.List("add-host", null, "Add a line to /etc/hosts of RUN steps (host:ip)", AddHost);
        _buildArg = options.List("build-arg", null, "Set a variable of the build (NAME[=VALUE])");
        _buildContext = options.List("build-context", null, "Files under a name for FROM and --from (NAME=PATH|URL|docker-image://IMAGE)", BuildContext, "stringArray");
        _cacheFrom = options.List("cache-from", null, "Images whose steps may be taken over");
        _cgroupParent = options.Text("cgroup-parent", null, "Parent cgroup of RUN steps");
        options.Flag("compress", null, "Taken and without effect: only changes are sent");
        _cpuPeriod = options.Long("cpu-period", null, "Length of the scheduler's period in microseconds");
        _cpuQuota = options.Long("cpu-quota", null, "CPU time in each period in microseconds");
        _cpuShares = options.Long("cpu-shares", 'c', "CPU shares (relative weight)");
        _cpusetCpus = options.Text("cpuset-cpus", null, "CPUs to run on (0-3, 0,1)");
        _cpusetMems = options.Text("cpuset-mems", null, "Memory nodes to use (0-3, 0,1)");
        options.Flag("disable-content-trust", null, "Taken and without effect", initial: true);
        _explain = options.Flag("explain", null, "Say of each step that was not in the cache which input has changed");
        _file = options.Text("file", 'f', "Dockerfile to build from (default \"PATH/Dockerfile\"; - reads it from STDIN)");
        options.Flag("force-rm", null, "Taken and without effect: a step's container never stays");
        _iidfile = options.Text("iidfile", null, "Write the image's id to a file");
        _label = options.List("label", null, "Set metadata of the image");
        _memory = options.Bytes("memory", 'm', "Memory limit of RUN steps");
        _memorySwap = options.Custom<long?>("memory-swap", null, "bytes", "Limit of memory and swap together; -1 for unlimited swap", null, ParseSwap);
        _network = options.Text("network", null, "Network of RUN steps", "default");
        _noCache = options.Flag("no-cache", null, "Run every step, whatever the cache has");
        _noCacheFilter = options.List("no-cache-filter", null, "Stages whose steps are all run");
        _platform = options.Text("platform", null, "Platform to build for");
        _progress = options.Custom("progress", null, "string", "How to show progress: auto, plain, tty, quiet", "auto", Progress);
        _pull = options.Flag("pull", null, "Ask the registry for newer base images");
        _quiet = options.Flag("quiet", 'q', "Print the image's id only");
        options.Flag("rm", null, "Taken and without effect: a step's container never stays", initial: true);
        _secret = options.List("secret", null, "Secret for RUN --mount=type=secret (id=NAME[,src=FILE|,env=VARIABLE])", kind: "stringArray");
        _shmSize = options.Bytes("shm-size", null, "Size of /dev/shm of RUN steps");
        _squash = options.Flag("squash", null, "Put all new layers into one");
        _tag = options.List("tag", 't', "Name for the image (name[:tag])", kind: "stringArray");
        _target = options.Text("target", null, "Stage to build");
        _ulimit = options.List("ulimit", null, "Limits of RUN steps (name=soft[:hard])", static text => UlimitSpec.Parse(text) is not null ? text : "", "ulimit");
    }

    internal string File => _file.Value;

    internal string IdFile => _iidfile.Value;

    internal bool Quiet => _quiet.Value || _progress.Value == "quiet";

    /// <summary>auto, plain or tty.</summary>
    internal string ProgressKind => _progress.Value;

    internal bool Explain => _explain.Value;

    internal IReadOnlyList<string> Tags => _tag.Values;

    internal IReadOnlyList<(string Name, BuildSource Source)> NamedSources() =>
        [.. _buildContext.Values.Select(text => text.Split('=', 2)).Select(pair => (pair[0], BuildSource.Named(pair[1])))];

    internal BuildSessionRequest Request(BuildSource source, IReadOnlyList<(string Name, BuildSource Source)> named, Dictionary<string, AuthConfig> credentials)
    {
        Dictionary<string, string?> buildArgs = BuildArgs();
        return new BuildSessionRequest
        {
            Context = source.Wire,
            NamedContexts = [.. named.Select(context => new NamedBuildContext { Name = context.Name, Source = context.Source.Wire })],
            Dockerfile = source.Dockerfile,
            DockerfileText = source.DockerfileText,
            Tags = [.. _tag.Values],
            BuildArgs = buildArgs,
            Target = _target.Value,
            NoCache = _noCache.Value,
            NoCacheFilter = [.. _noCacheFilter.Values.SelectMany(text => text.Split(','))],
            Pull = _pull.Value,
            Labels = KeyValues.Parse(_label.Values),
            NetworkMode = _network.Value,
            ExtraHosts = [.. _addHost.Values],
            Memory = _memory.Value ?? 0,
            MemorySwap = _memorySwap.Value ?? 0,
            CpuShares = _cpuShares.Value ?? 0,
            CpuQuota = _cpuQuota.Value ?? 0,
            CpuPeriod = _cpuPeriod.Value ?? 0,
            CpusetCpus = _cpusetCpus.Value,
            CpusetMems = _cpusetMems.Value,
            Ulimits = [.. _ulimit.Values.Select(UlimitSpec.Parse)],
            ShmSize = _shmSize.Value ?? 0,
            CgroupParent = _cgroupParent.Value,
            Squash = _squash.Value,
            CacheFrom = [.. _cacheFrom.Values.SelectMany(CacheSource.Parse)],
            Platform = _platform.Value,
            Secrets = Secrets(),
            RegistryAuth = credentials,
            SourceDateEpoch = SourceDateEpoch(buildArgs),
            Explain = _explain.Value,
        };
    }

    /// <summary>A name alone takes its value from our environment; without one there it is as if not given.</summary>
    private Dictionary<string, string?> BuildArgs()
    {
        Dictionary<string, string?> arguments = [];
        foreach (string text in _buildArg.Values)
        {
            string[] pair = text.Split('=', 2);
            arguments[pair[0]] = pair.Length > 1 ? pair[1] : Environment.GetEnvironmentVariable(pair[0]);
        }

        return arguments;
    }

    private Dictionary<string, byte[]> Secrets()
    {
        Dictionary<string, byte[]> secrets = [];
        foreach (string text in _secret.Values)
        {
            (string id, byte[] value) = SecretSpec.Read(text);
            secrets[id] = value;
        }

        return secrets;
    }

    /// <summary>reproducible-builds.org/docs/source-date-epoch: an environment variable; as a build argument it is meant alike.</summary>
    private static long? SourceDateEpoch(Dictionary<string, string?> buildArgs)
    {
        const string Name = "SOURCE_DATE_EPOCH";
        string? text = buildArgs.GetValueOrDefault(Name) ?? Environment.GetEnvironmentVariable(Name);
        return string.IsNullOrEmpty(text) ? null
            : long.TryParse(text, out long seconds) && seconds >= 0 ? seconds
            : throw new CommandFailure($"invalid {Name}: {text}");
    }

    private static string AddHost(string text) =>
        text.IndexOfAny([':', '=']) > 0 ? text.Replace('=', ':') : throw new FormatException($"bad format for add-host: \"{text}\"");

    private static string BuildContext(string text) =>
        text.Split('=', 2) is [{ Length: > 0 }, { Length: > 0 }] ? text : throw new FormatException($"invalid context value: {text}, expected key=value");

    private static string Progress(string text) =>
        text is "auto" or "plain" or "tty" or "quiet" ? text : throw new FormatException($"invalid progress value: {text} (auto, plain, tty, quiet)");

    private static long? ParseSwap(string text) => text == "-1" ? -1 : ByteSize.Parse(text);
}
