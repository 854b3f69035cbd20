using System.Globalization;

namespace Wharf.Engine.Containers.Mounts;

/// <summary>
/// Turns <c>-v</c>, <c>--mount</c>, <c>--tmpfs</c>, <c>--volumes-from</c> and the image's VOLUMEs into one list without double targets.
/// Precedence is Docker's: what the request names itself wins over volumes-from, and both over the image.
/// </summary>
internal static class MountPlanner
{
    private const string DefaultDriver = "local";

    /// <param name="find">Looks up the containers of <c>--volumes-from</c>.</param>
    internal static IReadOnlyList<PlannedMount> Plan(ContainerConfig config, HostConfig host, Func<string, ContainerSnapshot> find)
    {
        var byTarget = new Dictionary<string, PlannedMount>(StringComparer.Ordinal);
        foreach (PlannedMount inherited in host.VolumesFrom.SelectMany(from => Inherit(from, find)))
        {
            byTarget[inherited.Point.Destination] = inherited;
        }

        var named = new HashSet<string>(host.Tmpfs.Keys.Select(target => BindSpec.CheckTarget("tmpfs", target)), StringComparer.Ordinal);
        foreach (PlannedMount asked in host.Binds.Select(text => FromBind(BindSpec.Parse(text), host)).Concat(host.Mounts.Select(FromMount)))
        {
            if (!named.Add(asked.Point.Destination))
            {
                throw WharfException.Invalid($"Duplicate mount point: {asked.Point.Destination}");
            }

            byTarget[asked.Point.Destination] = asked;
        }

        foreach (string target in config.Volumes.Select(volume => BindSpec.CheckTarget("volume", volume)))
        {
            if (!named.Contains(target))
            {
                byTarget.TryAdd(target, Volume(new MountPoint { Type = "volume", Destination = target }, host.VolumeDriver));
            }
        }

        return [.. byTarget.Values];
    }

    private static PlannedMount FromBind(BindSpec bind, HostConfig host)
    {
        var point = new MountPoint
        {
            Type = bind.IsPath ? "bind" : "volume",
            Name = bind.IsPath ? "" : bind.Source,
            Source = bind.IsPath ? bind.Source : "",
            Destination = bind.Target,
            Mode = bind.Mode,
            Writable = !bind.ReadOnly,
            Propagation = bind.Propagation,
            Options = BindOptions("rbind", bind.ReadOnly ? "ro" : "rw", bind.Propagation),
            CreateSource = bind.IsPath,
        };
        return bind.IsPath ? new PlannedMount { Point = point } : Volume(point, host.VolumeDriver) with { NoCopy = bind.NoCopy };
    }

    private static PlannedMount FromMount(MountRequest mount)
    {
        string target = BindSpec.CheckTarget(mount.Type, mount.Target);
        return mount.Type switch
        {
            "bind" => FromBindMount(mount, target),
            "volume" => Volume(
                new MountPoint
                {
                    Type = "volume",
                    Name = mount.Source,
                    Destination = target,
                    Mode = "z",
                    Writable = !mount.ReadOnly,
                    Options = BindOptions("rbind", mount.ReadOnly ? "ro" : "rw", ""),
                },
                mount.VolumeDriver) with
            {
                NoCopy = mount.NoCopy,
                VolumeOptions = mount.VolumeOptions,
                VolumeLabels = mount.VolumeLabels,
                VolumeSubpath = mount.VolumeSubpath,
            },
            "tmpfs" when mount.Source.Length > 0 =>
                throw WharfException.Invalid("invalid mount config for type \"tmpfs\": field Source must not be specified"),
            "tmpfs" => new PlannedMount
            {
                Point = new MountPoint { Type = "tmpfs", Destination = target, Writable = !mount.ReadOnly, Options = TmpfsOptions(mount) },
            },
            _ => throw WharfException.Invalid($"invalid mount config for type \"{mount.Type}\": mount type unknown"),
        };
    }

    private static PlannedMount FromBindMount(MountRequest mount, string target)
    {
        if (mount.Source.Length == 0)
        {
            throw WharfException.Invalid("invalid mount config for type \"bind\": field Source must not be empty");
        }

        if (!mount.Source.StartsWith('/'))
        {
            throw WharfException.Invalid(
                $"invalid mount config for type \"bind\": invalid mount path: '{mount.Source}' mount path must be absolute");
        }

        if (!mount.CreateMountpoint && !Path.Exists(mount.Source))
        {
            throw MissingSource(mount.Source);
        }

        // "ro" covers only the mount itself; "rro" (mount_setattr, Linux 5.12) also those below it, as Docker does since 25.0.
        string access = !mount.ReadOnly ? "rw" : mount.ReadOnlyForceRecursive ? "rro" : "ro";
        string propagation = string.IsNullOrEmpty(mount.Propagation) ? "rprivate" : mount.Propagation;
        return new PlannedMount
        {
            Point = new MountPoint
            {
                Type = "bind",
                Source = mount.Source,
                Destination = target,
                Writable = !mount.ReadOnly,
                Propagation = propagation,
                Options = BindOptions(mount.NonRecursive ? "bind" : "rbind", access, propagation),
                CreateSource = mount.CreateMountpoint,
            },
        };
    }

    internal static WharfException MissingSource(string path) =>
        WharfException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {path}");

    private static IEnumerable<PlannedMount> Inherit(string volumesFrom, Func<string, ContainerSnapshot> find)
    {
        int colon = volumesFrom.IndexOf(':', StringComparison.Ordinal);
        string mode = colon < 0 ? "" : volumesFrom[(colon + 1)..];
        if (mode is not ("" or "ro" or "rw" or "z" or "Z"))
        {
            throw WharfException.Invalid($"invalid mode for volumes-from: {mode}");
        }

        string name = colon < 0 ? volumesFrom : volumesFrom[..colon];
        if (name.Length == 0)
        {
            throw WharfException.Invalid("volumes-from specification cannot be an empty string");
        }

        foreach (MountPoint point in find(name).Mounts.Where(point => point.Type is "bind" or "volume"))
        {
            bool writable = point.Writable && mode != "ro";
            yield return new PlannedMount
            {
                Point = point with
                {
                    Writable = writable,
                    Mode = mode,
                    Options = BindOptions("rbind", writable ? "rw" : "ro", point.Propagation),
                },
                VolumeDriver = point.Driver,
                NoCopy = true,
            };
        }
    }

    private static PlannedMount Volume(MountPoint point, string driver) => new()
    {
        Point = point with
        {
            Driver = driver.Length == 0 ? DefaultDriver : driver,
            Options = point.Options.Count == 0 ? BindOptions("rbind", "rw", "") : point.Options,
        },
        VolumeDriver = driver.Length == 0 ? DefaultDriver : driver,
    };

    private static string[] BindOptions(string bind, string access, string propagation) =>
        [bind, access, propagation.Length == 0 ? "rprivate" : propagation];

    private static List<string> TmpfsOptions(MountRequest mount)
    {
        List<string> options = ["nosuid", "nodev", "noexec", mount.ReadOnly ? "ro" : "rw", "rprivate"];
        if (mount.TmpfsSize < 0)
        {
            throw WharfException.Invalid("invalid mount config for type \"tmpfs\": size must not be negative");
        }

        if (mount.TmpfsSize > 0)
        {
            options.Add("size=" + mount.TmpfsSize.ToString(CultureInfo.InvariantCulture));
        }

        if (mount.TmpfsMode is { } mode)
        {
            options.Add("mode=" + Convert.ToString(mode, 8));
        }

        return options;
    }
}
