using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wharf.Oci;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>The writing half of a <see cref="TestRegistry"/>: upload sessions, mounts and manifests, held to the distribution-spec.</summary>
internal sealed class TestUploads(TestRegistry registry)
{
    private readonly ConcurrentDictionary<string, MemoryStream> _sessions = new();

    /// <summary>Which repository has which blob: what is in none cannot be seen.</summary>
    private readonly ConcurrentDictionary<(string Name, Digest Blob), bool> _links = new();

    /// <summary>Sessions that were neither closed nor given up.</summary>
    internal int Open => _sessions.Count;

    /// <summary>A body that is larger is refused.</summary>
    internal long LargestBody { get; set; } = long.MaxValue;

    /// <summary>Called for each body, with the session's bytes so far; what it returns is how much of the body is taken before the line is cut.</summary>
    internal Func<HttpRequest, long, long?> CutAfter { get; set; } = (_, _) => null;

    internal bool Has(string name, Digest blob) => _links.ContainsKey((name, blob));

    internal void Link(string name, Digest blob) => _links[(name, blob)] = true;

    internal void Unlink(string name, Digest blob) => _links.TryRemove((name, blob), out _);

    internal async Task BeginAsync(HttpContext context, string name)
    {
        if (context.Request.Query["mount"].FirstOrDefault() is { } mount && context.Request.Query["from"].FirstOrDefault() is { } from
            && Has(from, Digest.Parse(mount)))
        {
            Link(name, Digest.Parse(mount));
            context.Response.StatusCode = StatusCodes.Status201Created;
            return;
        }

        string id = Guid.NewGuid().ToString("N");
        _sessions[id] = new MemoryStream();
        Answer(context, StatusCodes.Status202Accepted, name, id);
        await Task.CompletedTask;
    }

    internal async Task ContinueAsync(HttpContext context, string name, string id)
    {
        if (!_sessions.TryGetValue(id, out MemoryStream? session))
        {
            await TestRegistry.RefuseAsync(context, StatusCodes.Status404NotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        switch (context.Request.Method)
        {
            case "GET":
                Answer(context, StatusCodes.Status204NoContent, name, id);
                return;
            case "DELETE":
                _sessions.TryRemove(id, out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
        }

        if (context.Request.ContentLength > LargestBody)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        if (context.Request.Headers.ContentRange.FirstOrDefault() is { } range
            && long.Parse(range.Split('-')[0], CultureInfo.InvariantCulture) != session.Length)
        {
            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }

        if (!await TakeAsync(context, session))
        {
            return;
        }

        if (context.Request.Method == "PATCH")
        {
            Answer(context, StatusCodes.Status202Accepted, name, id);
            return;
        }

        await CloseAsync(context, name, id, session);
    }

    /// <returns>False when the line was cut.</returns>
    private async Task<bool> TakeAsync(HttpContext context, MemoryStream session)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        long? left = CutAfter(context.Request, session.Length);
        byte[] buffer = new byte[64 << 10];
        while (left is not 0)
        {
            int read = await context.Request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left ?? buffer.Length)));
            if (read == 0)
            {
                return true;
            }

            session.Write(buffer, 0, read);
            left -= read;
        }

        context.Abort();
        return false;
    }

    private async Task CloseAsync(HttpContext context, string name, string id, MemoryStream session)
    {
        var digest = Digest.Parse(context.Request.Query["digest"].Single()!);
        byte[] content = session.ToArray();
        if (!digest.Matches(content))
        {
            await TestRegistry.RefuseAsync(context, StatusCodes.Status400BadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content");
            return;
        }

        _sessions.TryRemove(id, out _);
        registry.Blobs[digest] = content;
        Link(name, digest);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
    }

    /// <summary>A relative location with a query of its own, both of which clients must take as they are.</summary>
    private void Answer(HttpContext context, int status, string name, string id)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/v2/{name}/blobs/uploads/{id}?_state=opaque";
        context.Response.Headers.Range = $"0-{Math.Max(_sessions[id].Length - 1, 0)}";
    }
}
