using Wharf.Api.Volumes;

namespace Wharf.Daemon.Mapping;

internal static class VolumeMapping
{
    internal static Volume ToWire(Engine.Volumes.Volume volume) => new()
    {
        Name = volume.Name,
        Driver = volume.Driver,
        Mountpoint = volume.Mountpoint,
        CreatedAt = GoTime.Seconds(volume.Created),
        Labels = volume.Labels.Count > 0 ? volume.Labels : null,
        Options = volume.Options.Count > 0 ? volume.Options : null,
    };

    internal static Engine.Volumes.VolumeRequest ToEngine(VolumeCreateRequest request) => new()
    {
        Name = request.Name,
        Driver = request.Driver,
        Options = request.DriverOpts ?? new Dictionary<string, string>(),
        Labels = request.Labels ?? new Dictionary<string, string>(),
    };
}
