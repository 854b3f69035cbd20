using System.Globalization;
using Wharf.Engine.Logs;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>One <c>key=value</c> of a <c>--mount</c>.</summary>
/// <param name="Key">In lower case.</param>
/// <param name="Value">Null when there is no <c>=</c>.</param>
internal sealed record MountField(string Key, Word? Value, Word Whole);

/// <summary>A <c>RUN --mount</c> as written. Its values can have variables, so what it means is known when the build is planned.</summary>
internal sealed record MountExpression(IReadOnlyList<MountField> Fields, SourceRange Source)
{
    private static readonly string[] Kinds = ["bind", "cache", "tmpfs", "secret", "ssh"];
    private static readonly string[] Sharings = ["shared", "private", "locked"];

    private static readonly string[] Keys =
    [
        "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "required", "size", "id", "sharing",
        "mode", "uid", "gid", "env",
    ];

    /// <summary>The stage or image that it mounts from, which is known before anything is expanded; null when it names none.</summary>
    internal string? From => Fields.LastOrDefault(candidate => candidate.Key == "from")?.Value?.Text is { Length: > 0 } from ? from : null;

    /// <exception cref="DockerfileException">It is no mount.</exception>
    internal RunMount Resolve(WordExpander expander)
    {
        var mount = new RunMount { Kind = KindOf(expander), From = From };
        bool? isReadOnly = null;
        bool isSharingSaid = false;
        foreach (MountField field in Fields)
        {
            string value = field.Value is { } word ? expander.Expand(word).Text : "";
            if (field.Value is null && field.Key is not ("readonly" or "ro" or "readwrite" or "rw" or "required"))
            {
                throw Error(field, $"invalid field '{field.Whole}' must be a key=value pair");
            }

            switch (field.Key)
            {
                case "type" or "from":
                    break;
                case "source" or "src":
                    mount = mount with { Path = value };
                    break;
                case "target" or "dst" or "destination":
                    mount = mount with { Target = value };
                    break;
                case "readonly" or "ro":
                    isReadOnly = IsTrue(field, value);
                    break;
                case "readwrite" or "rw":
                    isReadOnly = !IsTrue(field, value);
                    break;
                case "required" when mount.Kind is RunMountKind.Secret or RunMountKind.Ssh:
                    mount = mount with { IsRequired = IsTrue(field, value) };
                    break;
                case "size" when mount.Kind is RunMountKind.Tmpfs:
                    long size = LogSize.Parse(value, kilo: 1024) ?? throw Error(field, $"invalid value for size: {value}");
                    mount = mount with { Size = size > 0 ? size : null };
                    break;
                case "required" or "size":
                    throw Error(field, $"unexpected key '{field.Key}' for mount type '{Name(mount.Kind)}'");
                case "id":
                    mount = mount with { Id = value };
                    break;
                case "sharing":
                    mount = mount with { Sharing = SharingOf(field, value) };
                    isSharingSaid = true;
                    break;
                case "mode":
                    mount = mount with { Mode = Octal(field, value) };
                    break;
                case "uid":
                    mount = mount with { UserId = Id(field, value) };
                    break;
                case "gid":
                    mount = mount with { GroupId = Id(field, value) };
                    break;
                case "env":
                    mount = mount with { Variable = value };
                    break;
                default:
                    throw Error(field, $"unexpected key '{field.Key}' in '{field.Whole}'{Suggestion.For(field.Key, Keys)}");
            }
        }

        Check(mount, isSharingSaid);
        return Complete(mount) with { IsReadOnly = isReadOnly ?? mount.Kind is not (RunMountKind.Cache or RunMountKind.Tmpfs) };
    }

    private RunMountKind KindOf(WordExpander expander)
    {
        MountField? field = Fields.LastOrDefault(candidate => candidate.Key == "type" && candidate.Value is not null);
        if (field is null)
        {
            return RunMountKind.Bind;
        }

        string value = expander.Expand(field.Value!.Value).Text;
        int kind = Array.IndexOf(Kinds, value.ToLowerInvariant());
        return kind >= 0 ? (RunMountKind)kind : throw Error(field, $"unsupported mount type {GoText.Quote(value)}{Suggestion.For(value, Kinds)}");
    }

    private static CacheSharing SharingOf(MountField field, string value)
    {
        int sharing = Array.IndexOf(Sharings, value.ToLowerInvariant());
        return sharing >= 0
            ? (CacheSharing)sharing
            : throw Error(field, $"unsupported sharing value {GoText.Quote(value)}{Suggestion.For(value, Sharings)}");
    }

    private void Check(RunMount mount, bool isSharingSaid)
    {
        string? problem = mount switch
        {
            { Kind: RunMountKind.Bind or RunMountKind.Tmpfs, Mode: not null } => $"mode not allowed for \"{Name(mount.Kind)}\" type mounts",
            { Kind: RunMountKind.Bind or RunMountKind.Tmpfs, UserId: not null } => $"uid not allowed for \"{Name(mount.Kind)}\" type mounts",
            { Kind: RunMountKind.Bind or RunMountKind.Tmpfs, GroupId: not null } => $"gid not allowed for \"{Name(mount.Kind)}\" type mounts",
            { Kind: RunMountKind.Secret, From: not null } => "secret mount should not have a from",
            { Kind: RunMountKind.Secret } when isSharingSaid => "secret mount should not define sharing",
            { Kind: RunMountKind.Secret, Path: null or "", Target: null or "", Id: null or "" } =>
                "invalid secret mount. one of source, target required",
            { Kind: RunMountKind.Secret, Path.Length: > 0, Id.Length: > 0 } => "both source and id can't be set",
            { Kind: RunMountKind.Ssh, Path.Length: > 0 } => "ssh does not support source",
            { Kind: not RunMountKind.Secret, Variable: not null } => $"unexpected key 'env' for mount type '{Name(mount.Kind)}'",
            { Kind: RunMountKind.Bind or RunMountKind.Cache or RunMountKind.Tmpfs, Target: null or "" } => "invalid mount target \"\"",
            { Kind: not RunMountKind.Cache } when isSharingSaid => $"invalid cache sharing set for {Name(mount.Kind)} mount",
            _ => null,
        };
        if (problem is not null)
        {
            throw Source.Error(problem);
        }
    }

    /// <summary>Fills in what was left out and means something else than nothing.</summary>
    private static RunMount Complete(RunMount mount)
    {
        string? id = mount.Kind switch
        {
            RunMountKind.Secret => FirstNonEmpty(mount.Path, mount.Id, PosixPath.BaseName(mount.Target ?? "")),
            RunMountKind.Ssh => FirstNonEmpty(mount.Id, "default"),
            RunMountKind.Cache => FirstNonEmpty(mount.Id, PosixPath.Clean(mount.Target ?? "")),
            _ => mount.Id,
        };
        return mount with
        {
            Id = id,
            Path = mount.Kind == RunMountKind.Secret || mount.Path is "" ? null : mount.Path,
            Target = mount switch
            {
                { Target.Length: > 0 } => mount.Target,
                { Kind: RunMountKind.Secret, Variable: null } => "/run/secrets/" + PosixPath.BaseName(id!),
                _ => null,
            },
            Variable = mount.Variable is "" ? id : mount.Variable,
        };
    }

    private static string FirstNonEmpty(params IEnumerable<string?> candidates) => candidates.First(candidate => !string.IsNullOrEmpty(candidate))!;

    private static bool IsTrue(MountField field, string value) => field.Value is null || (value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw Error(field, $"invalid value for {field.Key}: {value}"),
    });

    private static uint Octal(MountField field, string value) =>
        value is { Length: > 0 and <= 11 } && value.All(c => c is >= '0' and <= '7') && Convert.ToInt64(value, 8) is >= 0 and <= 0xFFF and var mode
            ? (uint)mode
            : throw Error(field, $"invalid value {value} for mode");

    private static uint Id(MountField field, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? id
            : throw Error(field, $"invalid value {value} for {field.Key}");

    private static string Name(RunMountKind kind) => Kinds[(int)kind];

    private static DockerfileException Error(MountField field, string problem) => field.Whole.Source.Error(problem);
}
