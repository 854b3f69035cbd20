using Wharf.Api.Common;

namespace Wharf.Api.Containers;

/// <summary>The part of a container that does not depend on the host it runs on.</summary>
public class ContainerConfig
{
    public string? Hostname { get; set; } = "";
    public string? Domainname { get; set; } = "";
    public string? User { get; set; } = "";
    public bool AttachStdin { get; set; }
    public bool AttachStdout { get; set; }
    public bool AttachStderr { get; set; }

    /// <summary>Keys are <c>port/protocol</c>.</summary>
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; set; }

    public bool Tty { get; set; }
    public bool OpenStdin { get; set; }
    public bool StdinOnce { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Env { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Cmd { get; set; }

    public HealthConfig? Healthcheck { get; set; }
    public bool? ArgsEscaped { get; set; }
    public string? Image { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; set; }

    public string? WorkingDir { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; set; }

    public bool? NetworkDisabled { get; set; }

    /// <summary>Of the whole container; since API 1.44 it belongs to the endpoint instead.</summary>
    public string? MacAddress { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? OnBuild { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    public string? StopSignal { get; set; }

    /// <summary>Seconds; negative waits for ever.</summary>
    public int? StopTimeout { get; set; }

    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Shell { get; set; }
}

/// <summary>How to find out whether a container is well. Times are in nanoseconds; 0 inherits.</summary>
public sealed class HealthConfig
{
    public IReadOnlyList<string>? Test { get; set; }
    public long? Interval { get; set; }
    public long? Timeout { get; set; }
    public long? StartPeriod { get; set; }
    public long? StartInterval { get; set; }
    public int? Retries { get; set; }
}
