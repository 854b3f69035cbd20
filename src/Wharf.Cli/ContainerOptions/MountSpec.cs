using Wharf.Api.Containers;
using Wharf.Cli.CommandLine.Values;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--mount type=bind,source=/a,target=/b,readonly</c>.</summary>
internal static class MountSpec
{
    internal static string Check(string text)
    {
        Parse(text);
        return text;
    }

    /// <exception cref="FormatException">A field is unknown, wrong, or missing.</exception>
    internal static Mount Parse(string text)
    {
        var mount = new Mount { Type = "volume" };
        var labels = new Dictionary<string, string>();
        var driverOptions = new Dictionary<string, string>();
        foreach ((string key, string? value) in CommaFields.Parse(text))
        {
            switch (key)
            {
                case "readonly" or "ro":
                    mount.ReadOnly = Switch(key, value);
                    continue;
                case "volume-nocopy":
                    Volume(mount).NoCopy = Switch(key, value);
                    continue;
                case "bind-nonrecursive":
                    Bind(mount).NonRecursive = Switch(key, value);
                    continue;
            }

            string given = value ?? throw new FormatException($"invalid field '{key}' must be a key=value pair");
            switch (key)
            {
                case "type":
                    mount.Type = given.ToLowerInvariant();
                    break;
                case "source" or "src":
                    mount.Source = given.StartsWith('.') ? Path.GetFullPath(given) : given;
                    break;
                case "target" or "dst" or "destination":
                    mount.Target = given;
                    break;
                case "consistency":
                    mount.Consistency = given.ToLowerInvariant();
                    break;
                case "bind-propagation":
                    Bind(mount).Propagation = given.ToLowerInvariant();
                    break;
                case "bind-recursive":
                    SetRecursion(Bind(mount), given);
                    break;
                case "bind-create-src":
                    Bind(mount).CreateMountpoint = Switch(key, given);
                    break;
                case "volume-driver":
                    Driver(mount).Name = given;
                    break;
                case "volume-label":
                    Add(labels, given);
                    Volume(mount).Labels = labels;
                    break;
                case "volume-opt":
                    Add(driverOptions, given);
                    Driver(mount).Options = driverOptions;
                    break;
                case "volume-subpath":
                    Volume(mount).Subpath = given;
                    break;
                case "image-subpath":
                    (mount.ImageOptions ??= new ImageOptions()).Subpath = given;
                    break;
                case "tmpfs-size":
                    Tmpfs(mount).SizeBytes = Read(key, given, ByteSize.Parse);
                    break;
                case "tmpfs-mode":
                    Tmpfs(mount).Mode = Read(key, given, octal => Convert.ToUInt32(octal, 8));
                    break;
                default:
                    throw new FormatException($"unexpected key '{key}' in '{key}={given}'");
            }
        }

        CheckWhole(mount);
        return mount;
    }

    private static void CheckWhole(Mount mount)
    {
        if (string.IsNullOrEmpty(mount.Type))
        {
            throw new FormatException("type is required");
        }

        if (string.IsNullOrEmpty(mount.Target))
        {
            throw new FormatException("target is required");
        }

        foreach ((object? options, string kind) in new (object?, string)[]
            { (mount.VolumeOptions, "volume"), (mount.BindOptions, "bind"), (mount.ImageOptions, "image"), (mount.TmpfsOptions, "tmpfs") })
        {
            if (options is not null && mount.Type != kind)
            {
                throw new FormatException($"cannot mix '{kind}-*' options with mount type '{mount.Type}'");
            }
        }

        if (mount.BindOptions is { ReadOnlyForceRecursive: true } && mount is not { ReadOnly: true, BindOptions.Propagation: "rprivate" })
        {
            throw new FormatException("option 'bind-recursive=readonly' requires 'readonly' and 'bind-propagation=rprivate' to be specified in conjunction");
        }
    }

    private static void SetRecursion(BindOptions bind, string how)
    {
        switch (how)
        {
            case "enabled":
                break;
            case "disabled":
                bind.NonRecursive = true;
                break;
            case "writable":
                bind.ReadOnlyNonRecursive = true;
                break;
            case "readonly":
                bind.ReadOnlyForceRecursive = true;
                break;
            default:
                throw new FormatException($"invalid value for bind-recursive: {how} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
        }
    }

    private static bool Switch(string key, string? value) => value switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException($"invalid value for {key}: {value}"),
    };

    private static T Read<T>(string key, string value, Func<string, T> read)
    {
        try
        {
            return read(value);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException($"invalid value for {key}: {value}");
        }
    }

    private static void Add(Dictionary<string, string> pairs, string pair)
    {
        string[] parts = pair.Split('=', 2);
        pairs[parts[0]] = parts.Length > 1 ? parts[1] : "";
    }

    private static BindOptions Bind(Mount mount) => mount.BindOptions ??= new BindOptions();

    private static VolumeOptions Volume(Mount mount) => mount.VolumeOptions ??= new VolumeOptions();

    private static VolumeDriverConfig Driver(Mount mount) => Volume(mount).DriverConfig ??= new VolumeDriverConfig();

    private static TmpfsOptions Tmpfs(Mount mount) => mount.TmpfsOptions ??= new TmpfsOptions();
}
