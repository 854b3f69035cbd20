using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Security;

/// <summary>Chooses the rules of a profile that hold for a container's capabilities on this machine. Results for the built-in profile are kept.</summary>
internal sealed class SeccompResolver
{
    private const string Resource = "Wharf.Engine.Containers.Defaults.seccomp.json";

    /// <summary>A profile sent by a client is refused above this: Docker's own has 12 KB.</summary>
    private const int MaxProfileBytes = 1 << 20;

    private const int MaxCached = 64;
    private readonly string _architecture;
    private readonly Version _kernel;
    private readonly Lazy<SeccompProfile> _builtin = new(LoadBuiltin);
    private readonly ConcurrentDictionary<string, Seccomp> _resolved = new(StringComparer.Ordinal);

    /// <param name="architecture">Go's name: amd64, arm64, …</param>
    internal SeccompResolver(string architecture, Version kernel)
    {
        _architecture = architecture;
        _kernel = kernel;
    }

    internal static SeccompResolver ForThisMachine() => new(
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        },
        Environment.OSVersion.Version);

    internal Seccomp Builtin(IReadOnlyList<string> capabilities)
    {
        string key = string.Join(',', capabilities);
        if (_resolved.TryGetValue(key, out Seccomp? known))
        {
            return known;
        }

        Seccomp resolved = Resolve(_builtin.Value, capabilities);
        if (_resolved.Count < MaxCached)
        {
            _resolved[key] = resolved;
        }

        return resolved;
    }

    /// <param name="json">A profile as sent by a client or read from a file.</param>
    internal Seccomp Custom(string json, IReadOnlyList<string> capabilities) => Resolve(Parse(json), capabilities);

    /// <exception cref="WharfException">It is not a profile.</exception>
    internal static SeccompProfile Parse(string json)
    {
        SeccompProfile? profile;
        try
        {
            profile = Encoding.UTF8.GetByteCount(json) > MaxProfileBytes
                ? throw WharfException.Invalid($"Decoding seccomp profile failed: larger than {MaxProfileBytes} bytes")
                : JsonSerializer.Deserialize(json, SeccompProfileJson.Default.SeccompProfile);
        }
        catch (JsonException invalid)
        {
            throw WharfException.Invalid($"Decoding seccomp profile failed: {invalid.Message}");
        }

        return profile switch
        {
            null or { DefaultAction: null or "" } => throw WharfException.Invalid("Decoding seccomp profile failed: no defaultAction"),
            { Architectures.Count: > 0, ArchMap.Count: > 0 } => throw WharfException.Invalid(
                "'architectures' and 'archMap' were specified in the seccomp profile, use either 'architectures' or 'archMap'"),
            _ => profile,
        };
    }

    private Seccomp Resolve(SeccompProfile profile, IReadOnlyList<string> capabilities) => new()
    {
        DefaultAction = profile.DefaultAction,
        DefaultErrnoRet = profile.DefaultErrnoRet,
        Architectures = profile.Architectures is { Count: > 0 } ? profile.Architectures : OurArchitectures(profile.ArchMap ?? []),
        Flags = profile.Flags,
        ListenerPath = profile.ListenerPath,
        ListenerMetadata = profile.ListenerMetadata,
        Syscalls =
        [
            .. from rule in profile.Syscalls ?? []
               where Holds(rule, capabilities)
               select new SeccompSyscall
               {
                   Names = rule.Names ?? (rule.Name is null ? [] : [rule.Name]),
                   Action = rule.Action,
                   ErrnoRet = rule.ErrnoRet,
                   Args = rule.Args is not { Count: > 0 }
                       ? null
                       : [.. rule.Args.Select(arg => new SeccompArgument(arg.Index, arg.Value, arg.ValueTwo, arg.Op))],
               },
        ],
    };

    private List<string>? OurArchitectures(IReadOnlyList<SeccompArchitecture> map)
    {
        string ours = _architecture switch
        {
            "amd64" => "SCMP_ARCH_X86_64",
            "arm64" => "SCMP_ARCH_AARCH64",
            _ => "SCMP_ARCH_" + _architecture.ToUpperInvariant(),
        };
        return map.FirstOrDefault(entry => entry.Architecture == ours) is { } found
            ? [found.Architecture, .. found.SubArchitectures ?? []]
            : null;
    }

    /// <summary>Docker's reading: every include must hold, and no exclude may.</summary>
    private bool Holds(SeccompRule rule, IReadOnlyList<string> capabilities)
    {
        SeccompCondition includes = rule.Includes ?? new SeccompCondition();
        SeccompCondition excludes = rule.Excludes ?? new SeccompCondition();
        return (includes.Arches is not { Count: > 0 } || includes.Arches.Contains(_architecture))
            && (includes.Caps ?? []).All(capabilities.Contains)
            && (includes.MinKernel is null || _kernel >= Version.Parse(includes.MinKernel))
            && !(excludes.Arches ?? []).Contains(_architecture)
            && !(excludes.Caps ?? []).Any(capabilities.Contains)
            && (excludes.MinKernel is null || _kernel < Version.Parse(excludes.MinKernel));
    }

    private static SeccompProfile LoadBuiltin()
    {
        using Stream stream = typeof(SeccompResolver).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in the assembly");
        return JsonSerializer.Deserialize(stream, SeccompProfileJson.Default.SeccompProfile)!;
    }
}
