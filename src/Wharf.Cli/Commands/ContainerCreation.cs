using System.Net;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands;

/// <summary>Creates a container, pulling its image when <c>--pull</c> says so.</summary>
internal static class ContainerCreation
{
    internal static string Create(CommandContext context, ContainerFlags flags, ContainerCreateRequest request)
    {
        if (flags.Pull.Value is not ("always" or "missing" or "never"))
        {
            throw new CommandFailure($"invalid pull option: '{flags.Pull.Value}': must be one of \"always\", \"missing\" or \"never\"");
        }

        CheckIdFile(flags.CidFile.Value);
        if (request.Tty && context.Streams.OutputTerminal?.Size is { } size)
        {
            request.HostConfig!.ConsoleSize = [size.Rows, size.Columns];
        }

        if (flags.Pull.Value == "always")
        {
            Pull(context, flags, request.Image!);
        }

        ContainerCreateResponse created = CreateOrPull(context, flags, request);
        foreach (string warning in created.Warnings)
        {
            context.Error.WriteLine($"WARNING: {warning}");
        }

        if (flags.CidFile.Value.Length > 0)
        {
            File.WriteAllText(flags.CidFile.Value, created.Id);
        }

        return created.Id;
    }

    private static ContainerCreateResponse CreateOrPull(CommandContext context, ContainerFlags flags, ContainerCreateRequest request)
    {
        ApiRequest message = ApiRequest
            .Post(new QueryString("/containers/create").Add("name", flags.Name.Value).Add("platform", flags.Platform.Value))
            .WithJson(request, ApiJson.Default.ContainerCreateRequest);
        try
        {
            return context.Engine.Send(message, ApiJson.Default.ContainerCreateResponse);
        }
        catch (DockerApiException e) when (
            e.Status == HttpStatusCode.NotFound && flags.Pull.Value == "missing" && IsAboutImage(e.Message))
        {
            if (!flags.Quiet.Value)
            {
                context.Error.WriteLine($"Unable to find image '{ImageName.Parse(request.Image!).WithTag}' locally");
            }

            Pull(context, flags, request.Image!);
            return context.Engine.Send(message, ApiJson.Default.ContainerCreateResponse);
        }
    }

    /// <summary>The image is missing, or only there for another platform; other objects can be missing too, and no pull brings those.</summary>
    private static bool IsAboutImage(string message) =>
        message.Contains("No such image", StringComparison.Ordinal) || message.Contains("does not provide the specified platform", StringComparison.Ordinal);

    private static void Pull(CommandContext context, ContainerFlags flags, string image) =>
        ImagePull.Pull(
            context, ImageName.Parse(image), flags.Platform.Value,
            flags.Quiet.Value ? null : new Output.ProgressDisplay(context.Error, context.Streams.ErrorTerminal));

    private static void CheckIdFile(string path)
    {
        if (path.Length > 0 && (File.Exists(path) || Directory.Exists(path)))
        {
            throw new CommandFailure($"container ID file found, make sure the other container isn't running or delete {path}");
        }
    }
}
