using System.Text;
using System.Text.Json;
using Wharf.Oci.RuntimeSpec;
using Xunit;

namespace Wharf.UnitTests.Oci.RuntimeSpec;

public sealed class SpecReaderTests
{
    [Fact]
    public void EveryMemberThatIsWrittenIsRead()
    {
        byte[] written = JsonSerializer.SerializeToUtf8Bytes(FilledRecord.Of<Spec>(), RuntimeSpecJson.Default.Spec);

        Spec read = SpecReader.Read(written);

        Assert.Equal(Encoding.UTF8.GetString(written), JsonSerializer.Serialize(read, RuntimeSpecJson.Default.Spec));
    }

    [Fact]
    public void AbsentAndNullAreTheDefaults()
    {
        byte[] nulls = """{"process":{"args":["x"],"cwd":null,"user":null,"capabilities":null},"root":{},"mounts":null,"linux":{"seccomp":{}}}"""u8.ToArray();

        Spec spec = SpecReader.Read(nulls);

        Assert.Equal("/", spec.Process!.Cwd);
        Assert.Equal(0u, spec.Process.User.Uid);
        Assert.Null(spec.Process.Capabilities);
        Assert.Equal("rootfs", spec.Root!.Path);
        Assert.Null(spec.Mounts);
        Assert.Equal("SCMP_ACT_ERRNO", spec.Linux!.Seccomp!.DefaultAction);
    }

    [Fact]
    public void UnknownMembersArePassedOverAndTheLastOfTwoCounts() =>
        Assert.Equal("b", SpecReader.Read("""{"vm":{"x":[1]},"hostname":"a","hostname":"b"}"""u8.ToArray()).Hostname);

    [Fact]
    public void ASeccompProfileKeepsItsSource()
    {
        Spec spec = SpecReader.Read("""{"linux":{"seccomp": {"defaultAction" : "SCMP_ACT_LOG"} }}"""u8.ToArray());

        Assert.Equal("""{"defaultAction" : "SCMP_ACT_LOG"}""", Encoding.UTF8.GetString(spec.Linux!.Seccomp!.Source.Span));
    }

    [Theory]
    [InlineData("""{"process":{"args":["x",1]}}""", "$.process.args")]
    [InlineData("""{"process":{"user":{"uid":-1}}}""", "$.process.user.uid")]
    [InlineData("""{"process":{"user":{"additionalGids":["1"]}}}""", "$.process.user.additionalGids")]
    [InlineData("""{"process":{"terminal":"yes"}}""", "$.process.terminal")]
    [InlineData("""{"mounts":[{},{"options":"ro"}]}""", "$.mounts[1].options")]
    [InlineData("""{"mounts":{}}""", "$.mounts")]
    [InlineData("""{"annotations":{"a":1}}""", "$.annotations.a")]
    [InlineData("""{"linux":{"resources":{"memory":{"limit":1.5}}}}""", "$.linux.resources.memory.limit")]
    [InlineData("""{"linux":{"resources":{"blockIO":{"weight":70000}}}}""", "$.linux.resources.blockIO.weight")]
    [InlineData("""{"linux":{"timeOffsets":{"boottime":{"secs":"1"}}}}""", "$.linux.timeOffsets.boottime.secs")]
    [InlineData("""{"linux":[]}""", "$.linux")]
    [InlineData("[]", "$")]
    public void AMemberOfTheWrongKindIsNamed(string document, string path) =>
        Assert.Equal(path, Assert.Throws<JsonException>(() => SpecReader.Read(Encoding.UTF8.GetBytes(document))).Path);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{\"hostname\":\"\\x\"}")]
    public void WhatIsNotJsonIsRefused(string document) =>
        Assert.ThrowsAny<JsonException>(() => SpecReader.Read(Encoding.UTF8.GetBytes(document)));

    [Fact]
    public void DepthIsLimited() =>
        Assert.ThrowsAny<JsonException>(() => SpecReader.Read(Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', 40)}{new string(']', 40)}}}")));
}
