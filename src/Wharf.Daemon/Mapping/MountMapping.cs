using Wharf.Api.Containers;
using ContainerEngine = Wharf.Engine.Containers;

namespace Wharf.Daemon.Mapping;

/// <summary><c>--mount</c> requests, and mounts as they are.</summary>
internal static class MountMapping
{
    internal static ContainerEngine.MountRequest ToEngine(Mount wire) => new()
    {
        Type = wire.Type ?? "",
        Source = wire.Source ?? "",
        Target = wire.Target ?? "",
        ReadOnly = wire.ReadOnly ?? false,
        Propagation = wire.BindOptions?.Propagation,
        NonRecursive = wire.BindOptions?.NonRecursive ?? false,
        CreateMountpoint = wire.BindOptions?.CreateMountpoint ?? false,
        ReadOnlyNonRecursive = wire.BindOptions?.ReadOnlyNonRecursive ?? false,
        ReadOnlyForceRecursive = wire.BindOptions?.ReadOnlyForceRecursive ?? false,
        NoCopy = wire.VolumeOptions?.NoCopy ?? false,
        VolumeSubpath = wire.VolumeOptions?.Subpath,
        VolumeDriver = wire.VolumeOptions?.DriverConfig?.Name ?? "",
        VolumeOptions = wire.VolumeOptions?.DriverConfig?.Options ?? new Dictionary<string, string>(),
        VolumeLabels = wire.VolumeOptions?.Labels ?? new Dictionary<string, string>(),
        TmpfsSize = wire.TmpfsOptions?.SizeBytes ?? 0,
        TmpfsMode = (int?)wire.TmpfsOptions?.Mode,
    };

    internal static Mount ToWire(ContainerEngine.MountRequest mount) => new()
    {
        Type = mount.Type,
        Source = mount.Source.Length > 0 ? mount.Source : null,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly ? true : null,
        BindOptions = mount.Type == "bind" && HasBindOptions(mount)
            ? new BindOptions
            {
                Propagation = mount.Propagation,
                NonRecursive = mount.NonRecursive ? true : null,
                CreateMountpoint = mount.CreateMountpoint ? true : null,
                ReadOnlyNonRecursive = mount.ReadOnlyNonRecursive ? true : null,
                ReadOnlyForceRecursive = mount.ReadOnlyForceRecursive ? true : null,
            }
            : null,
        VolumeOptions = mount.Type == "volume" && HasVolumeOptions(mount)
            ? new VolumeOptions
            {
                NoCopy = mount.NoCopy ? true : null,
                Labels = mount.VolumeLabels.Count > 0 ? mount.VolumeLabels : null,
                Subpath = mount.VolumeSubpath,
                DriverConfig = mount.VolumeDriver.Length > 0 || mount.VolumeOptions.Count > 0
                    ? new VolumeDriverConfig { Name = mount.VolumeDriver, Options = mount.VolumeOptions }
                    : null,
            }
            : null,
        TmpfsOptions = mount.Type == "tmpfs" && (mount.TmpfsSize > 0 || mount.TmpfsMode is not null)
            ? new TmpfsOptions { SizeBytes = mount.TmpfsSize > 0 ? mount.TmpfsSize : null, Mode = (uint?)mount.TmpfsMode }
            : null,
    };

    internal static MountPoint ToWire(ContainerEngine.MountPoint mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name.Length > 0 ? mount.Name : null,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Driver.Length > 0 ? mount.Driver : null,
        Mode = mount.Mode,
        RW = mount.Writable,
        Propagation = mount.Propagation,
    };

    private static bool HasBindOptions(ContainerEngine.MountRequest mount) =>
        mount.Propagation is not null || mount.NonRecursive || mount.CreateMountpoint || mount.ReadOnlyNonRecursive || mount.ReadOnlyForceRecursive;

    private static bool HasVolumeOptions(ContainerEngine.MountRequest mount) =>
        mount.NoCopy || mount.VolumeSubpath is not null || mount.VolumeDriver.Length > 0 || mount.VolumeLabels.Count > 0 || mount.VolumeOptions.Count > 0;
}
