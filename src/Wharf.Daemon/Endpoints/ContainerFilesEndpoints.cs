using Wharf.Api;
using Wharf.Api.Containers;
using Wharf.Daemon.Mapping;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Containers.Files;

namespace Wharf.Daemon.Endpoints;

/// <summary><c>/containers/{id}/archive</c> and <c>/changes</c>: files of a container (<c>cp</c>, <c>diff</c>).</summary>
internal static class ContainerFilesEndpoints
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    internal static void Map(IEndpointRouteBuilder routes, WharfEngine engine)
    {
        ContainerService containers = engine.Containers;
        routes.MapMethods("/containers/{id}/archive", ["HEAD"], context => Stat(context, containers));
        routes.MapGet("/containers/{id}/archive", context => CopyFrom(context, containers));
        routes.MapPut("/containers/{id}/archive", context => CopyTo(context, containers));
        routes.MapGet("/containers/{id}/changes", context => Diff(context, containers));
    }

    private static async Task Stat(HttpContext context, ContainerService containers)
    {
        ContainerFile file = await containers.StatAsync(context.RouteValue("id"), PathOf(context), context.RequestAborted);
        context.Response.Headers[StatHeader] = Encode(file);
    }

    private static async Task CopyFrom(HttpContext context, ContainerService containers)
    {
        using ContainerArchive archive = await containers.CopyFromAsync(context.RouteValue("id"), PathOf(context), context.RequestAborted);
        context.Response.Headers[StatHeader] = Encode(archive.File);
        context.Response.ContentType = "application/x-tar";
        await archive.WriteAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task CopyTo(HttpContext context, ContainerService containers)
    {
        var request = new CopyRequest(PathOf(context), context.QueryFlag("noOverwriteDirNonDir"), context.QueryFlag("copyUIDGID"));

        // Not cancelled by the client's end: it may have sent all there is to unpack.
        await containers.CopyToAsync(context.RouteValue("id"), request, context.Request.BodyReader.AsStream(), CancellationToken.None);
    }

    private static Task Diff(HttpContext context, ContainerService containers)
    {
        List<FilesystemChange> changes =
            [.. containers.Diff(context.RouteValue("id")).Select(change => new FilesystemChange { Path = change.Path, Kind = (int)change.Kind })];
        return context.WriteJsonAsync(changes, ApiJson.Default.ListFilesystemChange);
    }

    private static string PathOf(HttpContext context) =>
        context.Query("path") ?? throw WharfException.Invalid("bad parameter: path cannot be empty");

    private static string Encode(ContainerFile file) => Convert.ToBase64String(ApiJson.ToBytes(
        new PathStat
        {
            Name = file.Name,
            Size = file.Size,
            Mode = GoFileMode.Of(file.Mode),
            Mtime = GoTime.Nano(file.Modified),
            LinkTarget = file.LinkTarget,
        },
        ApiJson.Default.PathStat));
}
