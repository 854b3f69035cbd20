using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Wharf.Api;

namespace Wharf.Daemon.Streams;

/// <summary>An answer that is a sequence of JSON documents, each sent as soon as it is there (events, stats, progress).</summary>
internal sealed class JsonLines(HttpContext context)
{
    /// <summary>Sends the head, so that a client knows that it is being served before anything has happened.</summary>
    internal async Task StartAsync()
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    internal async Task WriteAsync<T>(T document, JsonTypeInfo<T> type)
    {
        ApiJson.Write(context.Response.BodyWriter, document, type);
        context.Response.BodyWriter.Write("\r\n"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
