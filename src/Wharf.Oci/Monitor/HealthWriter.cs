using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Oci.Monitor;

/// <summary>The parts of messages that are about health, to JSON.</summary>
internal static class HealthWriter
{
    internal static void Write(Utf8JsonWriter json, HealthSettings health)
    {
        json.WriteStartObject();
        json.WritePropertyName("process"u8);
        JsonSerializer.Serialize(json, health.Process, RuntimeSpecJson.Default.Process);
        json.WriteNumber("interval"u8, health.Interval);
        json.WriteNumber("timeout"u8, health.Timeout);
        json.WriteNumber("startPeriod"u8, health.StartPeriod);
        json.WriteNumber("startInterval"u8, health.StartInterval);
        json.WriteNumber("retries"u8, health.Retries);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, HealthRecord health)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, health.Status.ToString());
        json.WriteNumber("failingStreak"u8, health.FailingStreak);
        json.WriteStartArray("log"u8);
        foreach (ProbeResult result in health.Log)
        {
            Write(json, result);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProbeResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("start"u8, result.Start);
        json.WriteNumber("end"u8, result.End);
        json.WriteNumber("exitCode"u8, result.ExitCode);
        json.WriteString("output"u8, result.Output);
        json.WriteBoolean("timedOut"u8, result.TimedOut);
        if (result.Failed is { } failed)
        {
            json.WriteStartObject("failed"u8);
            MessageWriter.WriteMembers(json, failed);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
