using System.Security.Cryptography;
using Wharf.Engine.Containers.Lifecycle;
using Wharf.Engine.Containers.Mounts;
using Wharf.Engine.Containers.Registry;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Images;
using Wharf.Engine.Logs;
using Wharf.Engine.Volumes;
using Wharf.Linux.Files;

namespace Wharf.Engine.Containers;

/// <summary>
/// <c>create</c>: validate everything, then resolve the image, reserve the name, make directories and volumes, and persist. Each step that
/// leaves something behind registers its undo; a crash in between leaves directories without a row, which recovery removes.
/// </summary>
internal sealed class CreateContainer(ContainerDependencies engine)
{
    private const UnixFileMode Traversable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal async Task<CreateResult> RunAsync(CreateRequest request)
    {
        RequestRules.Check(request.Config, request.HostConfig, engine.Machine);
        ResolvedImage image = engine.Images.Resolve(request.Config.Image, request.Platform);
        string id = NewId();
        ContainerConfig config = ContainerDefaults.Merge(request.Config, image.Defaults, id);
        HostConfig host = ContainerDefaults.Complete(request.HostConfig, config, engine.Options, engine.Machine);
        LogDriverOptions.Check(host.LogConfig.Type, host.LogConfig.Config);
        config = ContainerDefaults.ForNetwork(config, request.Config, host);
        if (config.Entrypoint is not { Count: > 0 } && config.Cmd is not { Count: > 0 })
        {
            throw WharfException.Invalid("no command specified");
        }

        IReadOnlyList<PlannedMount> mounts = MountPlanner.Plan(config, host, SourceOfVolumes);
        var undo = new UndoStack(engine.Log);
        try
        {
            string name = engine.Registry.ReserveName(request.Name, id);
            undo.Push(() => engine.Registry.FreeName(name));
            var container = new ContainerSnapshot
            {
                Id = id,
                Name = name,
                Created = engine.Clock.GetUtcNow(),
                ImageId = image.Id,
                Platform = string.Join('/', new[] { image.Os, image.Architecture, image.Variant }.Where(part => !string.IsNullOrEmpty(part))),
                Config = config,
                HostConfig = host,
                Endpoints = ContainerDefaults.Endpoints(request, host),
                Mounts = [],
                State = new ContainerState(),
                Paths = ContainerPaths.Of(engine.Options, id),
            };
            engine.Networks.Validate(SandboxPlan.For(container));
            MakeDirectories(container.Paths);
            undo.Push(() => TreeRemoval.Remove(container.Paths.Root));
            container = container with { Mounts = AcquireVolumes(container, image, mounts, undo) };
            engine.Database.InTransaction(_ =>
            {
                engine.Images.Acquire(image.Id, id);
                engine.Rows.Insert(container);
            });
            engine.Registry.Add(new Container(container));
            engine.Events.Publish(container, "create");
            return new CreateResult(id, CreateWarnings.For(request, container, image, engine.Machine));
        }
        catch
        {
            await undo.RunAsync();
            throw;
        }
    }

    /// <summary>Not "not found": clients take that for the image and pull it.</summary>
    private ContainerSnapshot SourceOfVolumes(string name)
    {
        try
        {
            return engine.Registry.Find(name).Snapshot;
        }
        catch (WharfException missing) when (missing.Kind == ErrorKind.NotFound)
        {
            throw WharfException.Invalid(missing.Message);
        }
    }

    /// <summary>64 hex digits. The first twelve, which people type, must not read as a number: <c>--net container:123</c> would be ambiguous.</summary>
    private static string NewId()
    {
        while (true)
        {
            string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            if (!ulong.TryParse(id.AsSpan(0, 12), out _))
            {
                return id;
            }
        }
    }

    private static void MakeDirectories(ContainerPaths paths)
    {
        Directory.CreateDirectory(paths.Root, OwnerOnly);
        Directory.CreateDirectory(paths.Upper, Traversable);
        Directory.CreateDirectory(paths.Work, OwnerOnly);
        Directory.CreateDirectory(paths.Merged, OwnerOnly);
    }

    private List<MountPoint> AcquireVolumes(
        ContainerSnapshot container, ResolvedImage image, IReadOnlyList<PlannedMount> mounts, UndoStack undo)
    {
        if (mounts.Any(mount => mount.Point.Type == "volume"))
        {
            undo.Push(() => engine.Volumes.Release(container.Id, removeAnonymous: true));
        }

        var points = new List<MountPoint>(mounts.Count);
        using var copyUp = new CopyUp(container.Paths, image.LayerDirectories);
        foreach (PlannedMount mount in mounts)
        {
            if (mount.Point.Type != "volume")
            {
                points.Add(mount.Point);
                continue;
            }

            string? name = mount.Point.Name.Length == 0 ? null : mount.Point.Name;
            VolumeUse volume = engine.Volumes.Acquire(name, mount.VolumeDriver, container.Id, mount.VolumeOptions, mount.VolumeLabels);
            if (!mount.NoCopy)
            {
                copyUp.Fill(volume.Path, mount.Point.Destination);
            }

            points.Add(mount.Point with
            {
                Name = volume.Name,
                Driver = volume.Driver,
                Source = volume.Path,
                Options = [.. mount.Point.Options, .. Subpath(volume.Path, mount.VolumeSubpath)],
            });
        }

        return points;
    }

    /// <summary>
    /// The option that has the runtime mount only this part. Other containers can write to the volume and put a link there at any time, so
    /// the runtime resolves it again, within the volume and while it mounts (CVE-2021-30465).
    /// </summary>
    private static string[] Subpath(string volume, string? subpath)
    {
        if (string.IsNullOrEmpty(subpath))
        {
            return [];
        }

        return RootedFiles.Resolve(volume, subpath) is not null
            ? ["X-mount.subdir=" + subpath]
            : throw WharfException.Invalid($"cannot access path {volume}/{subpath}: no such file or directory");
    }
}
