using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wharf.Api;
using Wharf.Engine;

namespace Wharf.Daemon;

/// <summary>Reading requests and writing answers as Docker does: what every endpoint starts and ends with.</summary>
internal static class HttpContextExtensions
{
    /// <summary>A create request with thousands of mounts is far below this; more is a mistake or an attack.</summary>
    private const int MaxJsonBytes = 8 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    /// <summary>Writes a whole JSON document, with its length; the status is set before.</summary>
    internal static Task WriteJsonAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type)
    {
        // Serialization is synchronous and the bytes are copied into the connection's buffer, so a buffer per thread is enough.
        ArrayBufferWriter<byte> buffer = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        ApiJson.Write(buffer, value, type);
        Task written = context.WriteJsonBytesAsync(buffer.WrittenSpan);
        if (buffer.Capacity > 1 << 20)
        {
            t_buffer = null;
        }

        return written;
    }

    /// <summary>Writes a JSON document that has been serialized already; the bytes are copied before this returns.</summary>
    internal static Task WriteJsonBytesAsync(this HttpContext context, ReadOnlySpan<byte> json)
    {
        HttpResponse response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        response.BodyWriter.Write(json);
        ValueTask<System.IO.Pipelines.FlushResult> flushed = response.BodyWriter.FlushAsync();
        return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
    }

    /// <summary>Reads the body as JSON.</summary>
    /// <exception cref="WharfException">InvalidArgument, in Docker's words, when it is missing, too large, or not what was expected.</exception>
    internal static async Task<T> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type) =>
        await context.ReadOptionalJsonAsync(type)
        ?? throw WharfException.Invalid("invalid JSON: got EOF while reading request body");

    /// <summary>As <see cref="ReadJsonAsync"/>, but an empty body is null.</summary>
    internal static async Task<T?> ReadOptionalJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
    {
        using var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, MaxJsonBytes));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            int count;
            // Not cancelled by the client's end: it may have sent all there is to read.
            while ((count = await context.Request.Body.ReadAsync(buffer, CancellationToken.None)) > 0)
            {
                if (body.Length + count > MaxJsonBytes)
                {
                    throw WharfException.Invalid($"invalid JSON: request body is larger than {MaxJsonBytes} bytes");
                }

                body.Write(buffer, 0, count);
            }
        }
        catch (IOException malformed) when (malformed is not BadHttpRequestException)
        {
            throw WharfException.Invalid($"cannot read the request's body: {malformed.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        ReadOnlySpan<byte> json = body.GetBuffer().AsSpan(0, (int)body.Length);
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return default;
        }

        string mediaType = (context.Request.ContentType ?? "").Split(';')[0].Trim();
        return mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            ? JsonSerializer.Deserialize(json, type)
            : throw WharfException.Invalid($"unsupported Content-Type header ({mediaType}): must be 'application/json'");
    }

    internal static Task NoContent(this HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>A query parameter, or null when it is missing or empty.</summary>
    internal static string? Query(this HttpContext context, string name)
    {
        string? value = context.Request.Query[name];
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Docker's booleans: anything but empty, 0, no, false and none is true.</summary>
    internal static bool QueryFlag(this HttpContext context, string name, bool missing = false) =>
        context.Query(name)?.Trim().ToLowerInvariant() is not { } value ? missing : value is not ("" or "0" or "no" or "false" or "none");

    /// <exception cref="WharfException">InvalidArgument: it is no number.</exception>
    internal static int? QueryNumber(this HttpContext context, string name)
    {
        if (context.Query(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw WharfException.Invalid($"strconv.Atoi: parsing \"{text}\": invalid syntax");
    }

    internal static string RouteValue(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
