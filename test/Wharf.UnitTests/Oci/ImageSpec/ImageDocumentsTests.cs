using System.Text;
using System.Text.Json;
using Wharf.Oci.ImageSpec;
using Xunit;

namespace Wharf.UnitTests.Oci.ImageSpec;

public sealed class ImageDocumentsTests
{
    private const string Sha = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    private const string Config = $$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Sha}}","size":2}""";

    [Fact]
    public void Reads_a_manifest()
    {
        Manifest manifest = ImageDocuments.ReadManifest(Bytes($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{Config}}],"annotations":{"a":"b"} }"""));
        Assert.Equal(Sha, manifest.Layers[0].Digest.ToString());
        Assert.Equal("b", manifest.Annotations!["a"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData($$"""{"schemaVersion":1,"config":{{Config}},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:x","size":1},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{"digest":"{{Sha}}","size":-1},"layers":[]}""")]
    [InlineData($$"""{"schemaVersion":2,"config":{{Config}},"layers":"none"}""")]
    public void Refuses_what_is_no_manifest(string document) => Assert.Throws<FormatException>(() => ImageDocuments.ReadManifest(Bytes(document)));

    [Fact]
    public void Limits_size_depth_and_count()
    {
        Assert.Contains("larger than the limit", Assert.Throws<FormatException>(() => ImageDocuments.ReadManifest(new byte[ImageDocuments.MaxManifestSize + 1])).Message);
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        Assert.Throws<FormatException>(() => ImageDocuments.ReadConfig(Bytes($$"""{"rootfs":{"diff_ids":[]},"config":{"x":{{deep}} } }""")));
        string many = string.Join(',', Enumerable.Repeat(Config, ImageDocuments.MaxLayers + 1));
        Assert.Throws<FormatException>(() => ImageDocuments.ReadManifest(Bytes($$"""{"schemaVersion":2,"config":{{Config}},"layers":[{{many}}]}""")));
    }

    [Theory]
    [InlineData($$"""{"mediaType":"application/vnd.docker.distribution.manifest.v2+json"}""", MediaTypes.DockerManifest)]
    [InlineData("""{"manifests":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"config":{},"layers":[]}""", MediaTypes.OciManifest)]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", MediaTypes.DockerSchema1)]
    [InlineData("""{"hello":1}""", "text/plain")]
    public void Tells_kinds_apart_when_the_registry_does_not(string document, string expected) =>
        Assert.Equal(expected, ImageDocuments.MediaTypeOf(Bytes(document), "text/plain"));

    [Fact]
    public void A_config_keeps_what_it_does_not_know()
    {
        const string document = $$"""
            {"architecture":"amd64","os":"linux","created":"2024-05-01T12:34:56.123456789Z","moby.buildkit.x":{"y":1},
             "config":{"Env":["A=b"],"Volumes":{"/data":{} },"Healthcheck":{"Test":["NONE"],"Interval":1000000000},"New":true},
             "rootfs":{"type":"layers","diff_ids":["{{Sha}}"]},"history":[{"created_by":"x","empty_layer":true}]}
            """;
        ImageConfig config = ImageDocuments.ReadConfig(Bytes(document));
        Assert.Equal(1_000_000_000, config.Config!.Healthcheck!.Interval);
        Assert.True(config.History![0].EmptyLayer);
        string rewritten = JsonSerializer.Serialize(config, ImageSpecJson.Plain.ImageConfig);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(document).RootElement, JsonDocument.Parse(rewritten).RootElement), rewritten);
    }

    [Fact]
    public void Writes_plus_signs_as_they_are() => Assert.Contains(
        "manifest.v1+json",
        JsonSerializer.Serialize(new ImageIndex { MediaType = MediaTypes.OciManifest, Manifests = [] }, ImageSpecJson.Plain.ImageIndex));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
