using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Wharf.Oci.Monitor;
using Xunit;

namespace Wharf.UnitTests.Oci.Monitor;

public sealed class MonitorFrameTests
{
    public static TheoryData<string> Members =>
        [.. typeof(MonitorMessage).GetProperties().Where(property => property.CanWrite && property.Name != nameof(MonitorMessage.Sequence)).Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void EveryMessageArrivesAsItWasSent(string member)
    {
        PropertyInfo property = typeof(MonitorMessage).GetProperty(member)!;
        var sent = new MonitorMessage { Sequence = 7 };
        property.SetValue(sent, new FilledRecord().Make(property.PropertyType));

        MonitorMessage received = MonitorFrame.Decode(MonitorFrame.Encode(sent).AsMemory(MonitorFrame.HeaderBytes));

        Assert.Equal(JsonSerializer.Serialize(sent), JsonSerializer.Serialize(received));
    }

    [Fact]
    public void NumbersAreNotCutOff()
    {
        var sent = new MonitorMessage { Created = new Created(int.MaxValue, ulong.MaxValue, 1) };

        Assert.Equal(sent, MonitorFrame.Decode(MonitorFrame.Encode(sent).AsMemory(MonitorFrame.HeaderBytes)));
    }

    [Fact]
    public void MessagesAreTakenOffTheFrontWhenTheyAreWhole()
    {
        byte[] first = MonitorFrame.Encode(new MonitorMessage { Start = new Start(), Sequence = 1 });
        byte[] second = MonitorFrame.Encode(new MonitorMessage { Done = new Done(), Sequence = 2 });
        ReadOnlyMemory<byte> bytes = (byte[])[.. first, .. second[..^1]];

        Assert.Equal(1, MonitorFrame.TryTake(ref bytes)!.Sequence);
        Assert.Null(MonitorFrame.TryTake(ref bytes));
        Assert.Equal(second.Length - 1, bytes.Length);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"configure\":{\"id\":\"a\"}}")]
    [InlineData("{\"exec\":{\"execId\":\"a\"}}")]
    [InlineData("{\"failed\":{\"kind\":\"Odd\"}}")]
    [InlineData("{\"signal\":{\"number\":\"9\"}}")]
    public void WhatIsNoMessageIsRefused(string body) =>
        Assert.Throws<InvalidDataException>(() => MonitorFrame.Decode(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MonitorProtocol.MaxMessageBytes + 1)]
    public void LengthsAreChecked(int length)
    {
        byte[] header = new byte[MonitorFrame.HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);

        Assert.Throws<InvalidDataException>(() => MonitorFrame.BodyLength(header));
    }

    [Fact]
    public void ARecordOfTheEndIsReadBack()
    {
        var exited = new Exited(137, OomKilled: true, UnixNanoseconds: long.MaxValue);

        Assert.Equal(exited, ExitRecord.Decode(ExitRecord.Encode(exited)));
    }
}
