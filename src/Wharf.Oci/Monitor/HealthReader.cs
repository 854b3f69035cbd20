using Wharf.Oci.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Oci.Monitor;

/// <summary>JSON to what <see cref="HealthWriter"/> writes.</summary>
internal static class HealthReader
{
    internal static HealthSettings Settings(JsonMembers health) => new()
    {
        Process = health.Object("process"u8, ProcessReader.Read) ?? throw MessageReader.Missing("process"),
        Interval = health.Int64("interval"u8) ?? 0,
        Timeout = health.Int64("timeout"u8) ?? 0,
        StartPeriod = health.Int64("startPeriod"u8) ?? 0,
        StartInterval = health.Int64("startInterval"u8) ?? 0,
        Retries = health.Int32("retries"u8) ?? 0,
    };

    internal static ProbeEnded ProbeEnded(JsonMembers ended) => new(
        ended.Text("execId"u8) ?? "", ended.Int32("exitCode"u8), ended.Object("health"u8, Record) ?? throw MessageReader.Missing("health"));

    internal static HealthRecord Record(JsonMembers health) => new(
        MessageReader.NamedValue<HealthStatus>(MessageReader.Required(health, "status"u8), "status"),
        health.Int32("failingStreak"u8) ?? 0,
        health.List("log"u8, Result) ?? []);

    private static ProbeResult Result(JsonMembers result) => new(
        result.Int64("start"u8) ?? 0,
        result.Int64("end"u8) ?? 0,
        result.Int32("exitCode"u8) ?? 0,
        result.Text("output"u8) ?? "",
        result.Boolean("timedOut"u8) ?? false,
        result.Object("failed"u8, MessageReader.Failed));
}
