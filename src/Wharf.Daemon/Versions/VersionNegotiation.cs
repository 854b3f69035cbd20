using Wharf.Engine;

namespace Wharf.Daemon.Versions;

/// <summary>
/// Takes <c>/v1.NN</c> off the path, refuses versions we do not speak, and says in every answer which one is the newest. Handlers ask
/// <see cref="Of"/>; an unversioned path means the newest.
/// </summary>
internal static class VersionNegotiation
{
    internal static ApiVersion Of(HttpContext context) => context.Features.Get<RequestedVersion>()?.Version ?? ApiVersion.Newest;

    internal static Task Invoke(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["Api-Version"] = NewestText;
        context.Response.Headers["Docker-Experimental"] = "false";
        context.Response.Headers["Ostype"] = "linux";
        string path = context.Request.Path.Value ?? "/";
        if (TrySplit(path, out ApiVersion version, out string rest))
        {
            Check(version);
            context.Features.Set(new RequestedVersion(version));
            path = rest;
        }

        context.Request.Path = ObjectNames.EscapeSlashes(path);
        return next(context);
    }

    /// <exception cref="WharfException">InvalidArgument, in Docker's words.</exception>
    internal static void Check(ApiVersion version)
    {
        if (version > ApiVersion.Newest)
        {
            throw WharfException.Invalid($"client version {version} is too new. Maximum supported API version is {ApiVersion.Newest}");
        }

        if (version < ApiVersion.Oldest)
        {
            throw WharfException.Invalid(
                $"client version {version} is too old. Minimum supported API version is {ApiVersion.Oldest}, please upgrade your client to a newer version");
        }
    }

    /// <summary>Splits <c>/v1.41/info</c> into 1.41 and <c>/info</c>.</summary>
    internal static bool TrySplit(string path, out ApiVersion version, out string rest)
    {
        version = default;
        rest = path;
        if (!path.StartsWith("/v", StringComparison.Ordinal))
        {
            return false;
        }

        int slash = path.IndexOf('/', 2);
        if (slash < 0 || !ApiVersion.TryParse(path.AsSpan(2, slash - 2), out version))
        {
            return false;
        }

        rest = path[slash..];
        return true;
    }

    private static readonly string NewestText = ApiVersion.Newest.ToString();

    private sealed record RequestedVersion(ApiVersion Version);
}
