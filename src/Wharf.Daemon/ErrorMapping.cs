using System.Text.Json;
using Wharf.Api;
using Wharf.Api.Common;
using Wharf.Engine;

namespace Wharf.Daemon;

/// <summary>Turns what goes wrong into Docker's status codes and <c>{"message":"…"}</c>: the only place that knows both.</summary>
internal static partial class ErrorMapping
{
    internal static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.NotImplemented => StatusCodes.Status501NotImplemented,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorKind.Internal => StatusCodes.Status500InternalServerError,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "an error kind without a status"),
    };

    internal static (int Status, string Message) Describe(Exception failure) => failure switch
    {
        WharfException known => (StatusOf(known.Kind), known.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        JsonException json => (StatusCodes.Status400BadRequest, "invalid JSON: " + json.Message),
        _ => (StatusCodes.Status500InternalServerError, failure.Message),
    };

    internal static async Task Invoke(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nothing went wrong here, and an empty success would be a lie if it reads on after all.
            context.Abort();
        }
        catch (Exception failure)
        {
            (int status, string message) = Describe(failure);
            if (status < StatusCodes.Status500InternalServerError || failure is WharfException)
            {
                Refused(logger, context.Request.Method, context.Request.Path, status, message);
            }
            else
            {
                Failed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, failure);
            }

            if (context.Response.HasStarted)
            {
                // The status is out already; a cut connection is the only way left to say that the body is not whole.
                context.Abort();
                return;
            }

            await WriteAsync(context, status, message);
        }
    }

    internal static Task PageNotFound(HttpContext context) => WriteAsync(context, StatusCodes.Status404NotFound, "page not found");

    private static Task WriteAsync(HttpContext context, int status, string message)
    {
        context.Response.Headers.ContentLength = null;
        context.Response.StatusCode = status;
        return context.WriteJsonAsync(new ErrorResponse { Message = message }, ApiJson.Default.ErrorResponse);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} refused with {Status}: {Message}")]
    private static partial void Refused(ILogger logger, string method, string path, int status, string message);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed (request {RequestId})")]
    private static partial void Failed(ILogger logger, string method, string path, string requestId, Exception failure);
}
