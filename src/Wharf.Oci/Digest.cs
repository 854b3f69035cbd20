using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wharf.Oci;

/// <summary>
/// A content address, <c>algorithm:hex</c> (OCI image-spec, descriptor.md). Only sha256 and sha512 are registered and taken; the hex is
/// always lower case, so two digests are the same content exactly when they are equal.
/// </summary>
[JsonConverter(typeof(DigestJsonConverter))]
public sealed record Digest
{
    private const string Sha256Name = "sha256";
    private const string Sha512Name = "sha512";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The hash, lower case, without the algorithm.</summary>
    public string Hex { get; }

    /// <summary>The first 12 digits, as people read image ids and as progress lines name layers.</summary>
    public string Short => Hex[..12];

    /// <exception cref="FormatException">In Docker's words.</exception>
    public static Digest Parse(string text)
    {
        string? problem = Check(text, out Digest? digest);
        return problem is null ? digest! : throw new FormatException(problem);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        return text is not null && Check(text, out digest) is null;
    }

    /// <summary>A sha256 digest from its 64 hex digits alone, as file names and image ids spell it.</summary>
    public static Digest FromSha256Hex(string hex) => Parse($"{Sha256Name}:{hex}");

    /// <summary>The sha256 digest of <paramref name="content"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => new(Sha256Name, Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Makes the digest from a finished hash that <see cref="CreateHash()"/> began.</summary>
    public static Digest From(IncrementalHash hash)
    {
        string algorithm = hash.AlgorithmName == HashAlgorithmName.SHA512 ? Sha512Name : Sha256Name;
        return new Digest(algorithm, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Starts a hash of the algorithm that new content is addressed by.</summary>
    public static IncrementalHash CreateHash() => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Starts a hash of the algorithm of <paramref name="expected"/>, to verify content against it.</summary>
    public static IncrementalHash CreateHash(Digest expected) =>
        IncrementalHash.CreateHash(expected.Algorithm == Sha512Name ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>Whether <paramref name="content"/> is what this digest addresses.</summary>
    public bool Matches(ReadOnlySpan<byte> content)
    {
        using IncrementalHash hash = CreateHash(this);
        hash.AppendData(content);
        return From(hash) == this;
    }

    public override string ToString() => $"{Algorithm}:{Hex}";

    /// <returns>What is wrong with <paramref name="text"/>, in Docker's words, or null.</returns>
    internal static string? Check(string text, out Digest? digest)
    {
        digest = null;
        int colon = text.IndexOf(':');
        if (colon <= 0 || colon == text.Length - 1)
        {
            return "invalid checksum digest format";
        }

        string algorithm = text[..colon];
        int length = algorithm switch
        {
            Sha256Name => 2 * SHA256.HashSizeInBytes,
            Sha512Name => 2 * SHA512.HashSizeInBytes,
            _ => 0,
        };
        if (length == 0)
        {
            return "unsupported digest algorithm";
        }

        ReadOnlySpan<char> hex = text.AsSpan(colon + 1);
        if (hex.Length != length)
        {
            return "invalid checksum digest length";
        }

        if (hex.ContainsAnyExcept(HexDigits))
        {
            return "invalid checksum digest format";
        }

        digest = new Digest(algorithm, hex.ToString());
        return null;
    }
}

/// <summary>Digests as JSON strings; a bad one makes the document bad.</summary>
public sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Digest.TryParse(reader.GetString(), out Digest? digest)
            ? digest
            : throw new JsonException("not a digest of the form sha256:<64 hex digits>");

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
