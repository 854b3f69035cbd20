using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Engine.Images.Registry.Transport;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry;

/// <summary>
/// A registry said no. The message is as Docker prints it, <c>manifest unknown: manifest unknown</c>; <see cref="Code"/> is the
/// distribution-spec's, so that callers can say what it means for their request.
/// </summary>
internal sealed class RegistryError : WharfException
{
    internal const string Unauthorized = "UNAUTHORIZED";
    internal const string Denied = "DENIED";
    internal const string ManifestUnknown = "MANIFEST_UNKNOWN";
    internal const string NameUnknown = "NAME_UNKNOWN";
    internal const string BlobUnknown = "BLOB_UNKNOWN";
    internal const string BlobUploadUnknown = "BLOB_UPLOAD_UNKNOWN";
    internal const string BlobUploadInvalid = "BLOB_UPLOAD_INVALID";
    internal const string DigestInvalid = "DIGEST_INVALID";
    internal const string TooManyRequests = "TOOMANYREQUESTS";
    private const string Unknown = "UNKNOWN";

    private RegistryError(HttpStatusCode status, string code, string message)
        : base(KindOf(status, code), message)
    {
        Status = status;
        Code = code;
    }

    internal HttpStatusCode Status { get; }

    internal string Code { get; }

    /// <summary>How long the registry asks to be left alone, when it says.</summary>
    internal TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether the same request may well succeed later.</summary>
    internal bool IsTransient => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)Status >= 500;

    /// <summary>Makes the error of a response that is not a success. Reads its body.</summary>
    internal static async Task<RegistryError> ReadAsync(HttpResponseMessage response, RegistryTimeouts timeouts, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (status is < 400 or >= 500)
        {
            return new RegistryError(response.StatusCode, Unknown, $"received unexpected HTTP status: {status} {response.ReasonPhrase}")
            {
                RetryAfter = RetryAfterOf(response),
            };
        }

        byte[] body;
        try
        {
            body = response.RequestMessage!.Method == HttpMethod.Head
                ? []
                : await LimitedBody.ReadAsync(response, LimitedBody.MaxError, timeouts, cancellationToken).ConfigureAwait(false);
        }
        catch (WharfException)
        {
            // The status says enough; the rest of the sentence did not arrive.
            body = [];
        }

        RegistryError error = FromChallenge(response) ?? FromBody(response.StatusCode, body) ?? FromStatus(response.StatusCode, body);
        return new RegistryError(error.Status, error.Code, error.Message) { RetryAfter = RetryAfterOf(response) };
    }

    /// <summary>What this means for somebody who asked for <paramref name="reference"/>, in the words of <c>docker pull</c>.</summary>
    internal WharfException About(ImageReference reference) => Code switch
    {
        Denied => NotFound($"pull access denied for {reference.FamiliarName}, repository does not exist or may require 'docker login': {Message}"),
        ManifestUnknown => NotFound($"manifest for {reference.Familiar} not found: {Message}"),
        NameUnknown => NotFound($"repository {reference.FamiliarName} not found: {Message}"),
        _ => this,
    };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delay } => delay,
        { Date: { } date } when response.Headers.Date is { } now => date - now,
        _ => null,
    };

    /// <summary>RFC 6750, section 3.1: what is wrong with a token stands in the challenge.</summary>
    private static RegistryError? FromChallenge(HttpResponseMessage response)
    {
        Challenge? bearer = Challenge.Read(response).FirstOrDefault(challenge => challenge.IsBearer && challenge["error"] is not null);
        string? code = bearer?["error"] switch
        {
            "invalid_token" => Unauthorized,
            "insufficient_scope" => Denied,
            _ => null,
        };
        return code is null ? null : new RegistryError(response.StatusCode, code, Sentence(code, bearer!["error_description"]));
    }

    private static RegistryError? FromBody(HttpStatusCode status, byte[] body)
    {
        try
        {
            ErrorDocument? document = body.Length == 0 ? null : JsonSerializer.Deserialize(body, RegistryErrorJson.Default.ErrorDocument);
            if (document?.Errors is [{ Code: { Length: > 0 } code } first, ..])
            {
                return new RegistryError(status, code, Sentence(code, first.Message));
            }

            return document?.Details is { Length: > 0 } details ? new RegistryError(status, CodeOf(status), Sentence(CodeOf(status), details)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RegistryError FromStatus(HttpStatusCode status, byte[] body)
    {
        string code = CodeOf(status);
        if (code != Unknown || body.Length == 0)
        {
            return new RegistryError(status, code, code == Unknown ? $"received unexpected HTTP status: {(int)status} {status}" : Sentence(code, null));
        }

        string excerpt = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))).ReplaceLineEndings(" ");
        return new RegistryError(status, code, $"error parsing HTTP {(int)status} response body: \"{excerpt}\"");
    }

    private static string CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => Unauthorized,
        HttpStatusCode.Forbidden => Denied,
        HttpStatusCode.TooManyRequests => TooManyRequests,
        _ => Unknown,
    };

    private static string Sentence(string code, string? message)
    {
        string described = code.ToLowerInvariant().Replace('_', ' ');
        return string.IsNullOrEmpty(message) ? $"{described}: {DefaultMessage(code)}" : $"{described}: {message}";
    }

    private static string DefaultMessage(string code) => code switch
    {
        Unauthorized => "authentication required",
        Denied => "requested access to the resource is denied",
        TooManyRequests => "too many requests",
        var other => other.ToLowerInvariant().Replace('_', ' '),
    };

    private static ErrorKind KindOf(HttpStatusCode status, string code) => (status, code) switch
    {
        (_, Unauthorized) => ErrorKind.Unauthorized,
        (_, Denied or ManifestUnknown or NameUnknown or BlobUnknown) or (HttpStatusCode.NotFound, _) => ErrorKind.NotFound,
        (_, TooManyRequests) or (HttpStatusCode.ServiceUnavailable, _) => ErrorKind.Unavailable,
        _ => ErrorKind.Internal,
    };
}

internal sealed record ErrorDocument(IReadOnlyList<ErrorEntry>? Errors, string? Details);

internal sealed record ErrorEntry(string? Code, string? Message);

internal sealed record TagList(IReadOnlyList<string>? Tags);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(TagList))]
internal sealed partial class RegistryErrorJson : JsonSerializerContext;
