namespace Wharf.Daemon.Endpoints;

/// <summary><c>/_ping</c>: which API, which builder, whether there is a swarm. Every client's first request.</summary>
internal static class PingEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/_ping", ["GET", "HEAD"], Ping);

    private static Task Ping(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-cache, no-store, must-revalidate";
        headers.Pragma = "no-cache";
        headers["Builder-Version"] = "1";
        headers["Swarm"] = "inactive";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = HttpMethods.IsHead(context.Request.Method) ? 0 : 2;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync("OK");
    }
}
