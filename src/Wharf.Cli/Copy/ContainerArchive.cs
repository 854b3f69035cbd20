using System.Net;
using System.Text.Json;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.Commands;

namespace Wharf.Cli.Copy;

/// <summary>Files of one container, by requests.</summary>
internal sealed class ContainerArchive(DockerClient engine, string container)
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    /// <summary>Null when there is nothing, or the daemon does not say.</summary>
    internal PathStat? TryStat(string path)
    {
        try
        {
            using ApiResponse response = engine.Open(new ApiRequest("HEAD", Target(path)));
            return StatOf(response);
        }
        catch (DockerApiException refused) when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }
    }

    internal ApiResponse Read(string path) => engine.Open(ApiRequest.Get(Target(path)));

    internal static PathStat StatOf(ApiResponse response) =>
        JsonSerializer.Deserialize(Convert.FromBase64String(response.Headers.GetValueOrDefault(StatHeader, "")), ApiJson.Default.PathStat)!;

    internal void Write(string directory, Stream archive, bool asContainerUser) =>
        engine.Send(new ApiRequest("PUT", Target(directory).Add("noOverwriteDirNonDir", "true").Add("copyUIDGID", asContainerUser)).WithStream(archive));

    private QueryString Target(string path) => new QueryString($"/containers/{ContainerRequests.Escape(container)}/archive").Add("path", path);
}
