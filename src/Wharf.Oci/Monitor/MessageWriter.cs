using System.Text.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Oci.Monitor;

/// <summary><see cref="MonitorMessage"/> to JSON: the one member that is set, and its members that are not null.</summary>
internal static class MessageWriter
{
    internal static void Write(Utf8JsonWriter json, MonitorMessage message)
    {
        json.WriteStartObject();
        if (message.Sequence is { } sequence)
        {
            json.WriteNumber("sequence"u8, sequence);
        }

        switch (message)
        {
            case { Configure: { } configure }:
                json.WriteStartObject("configure"u8);
                Write(json, configure);
                break;
            case { Start: not null }:
                json.WriteStartObject("start"u8);
                break;
            case { Hello: { } hello }:
                json.WriteStartObject("hello"u8);
                json.WriteNumber("version"u8, hello.Version);
                break;
            case { Attach: { } attach }:
                json.WriteStartObject("attach"u8);
                WriteStreams(json, attach.Stdin, attach.Stdout, attach.Stderr);
                break;
            case { Exec: { } exec }:
                json.WriteStartObject("exec"u8);
                json.WriteString("execId"u8, exec.ExecId);
                json.WritePropertyName("process"u8);
                JsonSerializer.Serialize(json, exec.Process, RuntimeSpecJson.Default.Process);
                WriteStreams(json, exec.Stdin, exec.Stdout, exec.Stderr);
                break;
            case { Signal: { } signal }:
                json.WriteStartObject("signal"u8);
                json.WriteNumber("number"u8, signal.Number);
                WriteText(json, "execId"u8, signal.ExecId);
                break;
            case { Resize: { } resize }:
                json.WriteStartObject("resize"u8);
                json.WriteNumber("rows"u8, resize.Rows);
                json.WriteNumber("columns"u8, resize.Columns);
                WriteText(json, "execId"u8, resize.ExecId);
                break;
            case { Probing: { } probing }:
                json.WriteStartObject("probing"u8);
                json.WriteBoolean("on"u8, probing.On);
                break;
            case { Created: { } created }:
                json.WriteStartObject("created"u8);
                json.WriteNumber("pid"u8, created.Pid);
                json.WriteNumber("startTime"u8, created.StartTime);
                json.WriteNumber("monitorPid"u8, created.MonitorPid);
                break;
            case { Started: { } started }:
                json.WriteStartObject("started"u8);
                json.WriteNumber("unixNanoseconds"u8, started.UnixNanoseconds);
                break;
            case { Snapshot: { } snapshot }:
                json.WriteStartObject("snapshot"u8);
                Write(json, snapshot);
                break;
            case { Attached: not null }:
                json.WriteStartObject("attached"u8);
                break;
            case { ExecStarted: { } started }:
                json.WriteStartObject("execStarted"u8);
                json.WriteNumber("pid"u8, started.Pid);
                break;
            case { Done: not null }:
                json.WriteStartObject("done"u8);
                break;
            case { Failed: { } failed }:
                json.WriteStartObject("failed"u8);
                WriteMembers(json, failed);
                break;
            case { Exited: { } exited }:
                json.WriteStartObject("exited"u8);
                WriteMembers(json, exited);
                break;
            case { ExecExited: { } exited }:
                json.WriteStartObject("execExited"u8);
                json.WriteString("execId"u8, exited.ExecId);
                json.WriteNumber("exitCode"u8, exited.ExitCode);
                break;
            case { ProbeStarted: { } started }:
                json.WriteStartObject("probeStarted"u8);
                json.WriteString("execId"u8, started.ExecId);
                break;
            case { ProbeEnded: { } ended }:
                json.WriteStartObject("probeEnded"u8);
                json.WriteString("execId"u8, ended.ExecId);
                if (ended.ExitCode is { } code)
                {
                    json.WriteNumber("exitCode"u8, code);
                }

                json.WritePropertyName("health"u8);
                HealthWriter.Write(json, ended.Health);
                break;
            default:
                throw new ArgumentException("a monitor message without a member", nameof(message));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, Exited exited)
    {
        json.WriteStartObject();
        WriteMembers(json, exited);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Configure configure)
    {
        json.WriteNumber("version"u8, configure.Version);
        json.WriteString("id"u8, configure.Id);
        json.WriteString("bundle"u8, configure.Bundle);
        json.WriteString("runDirectory"u8, configure.RunDirectory);
        WriteText(json, "seccompCache"u8, configure.SeccompCache);
        json.WriteBoolean("openStdin"u8, configure.OpenStdin);
        json.WriteBoolean("stdinOnce"u8, configure.StdinOnce);
        json.WriteStartObject("log"u8);
        json.WriteString("driver"u8, configure.Log.Driver);
        WriteText(json, "path"u8, configure.Log.Path);
        json.WriteNumber("maxSize"u8, configure.Log.MaxSize);
        json.WriteNumber("maxFiles"u8, configure.Log.MaxFiles);
        json.WriteBoolean("compress"u8, configure.Log.Compress);
        if (configure.Log.Attributes is { } attributes)
        {
            json.WriteStartObject("attributes"u8);
            foreach ((string name, string value) in attributes)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (configure.Health is { } health)
        {
            json.WritePropertyName("health"u8);
            HealthWriter.Write(json, health);
        }
    }

    private static void Write(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteNumber("version"u8, snapshot.Version);
        json.WriteNumber("pid"u8, snapshot.Pid);
        json.WriteNumber("startTime"u8, snapshot.StartTime);
        json.WriteNumber("monitorPid"u8, snapshot.MonitorPid);
        json.WriteBoolean("started"u8, snapshot.Started);
        json.WriteNumber("startedUnixNanoseconds"u8, snapshot.StartedUnixNanoseconds);
        if (snapshot.Exited is { } exited)
        {
            json.WritePropertyName("exited"u8);
            Write(json, exited);
        }

        if (snapshot.Health is { } health)
        {
            json.WritePropertyName("health"u8);
            HealthWriter.Write(json, health);
        }

        json.WriteStartArray("execs"u8);
        foreach (ExecSnapshot exec in snapshot.Execs)
        {
            json.WriteStartObject();
            json.WriteString("execId"u8, exec.ExecId);
            json.WriteNumber("pid"u8, exec.Pid);
            json.WriteBoolean("running"u8, exec.Running);
            json.WriteNumber("exitCode"u8, exec.ExitCode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter json, Exited exited)
    {
        json.WriteNumber("exitCode"u8, exited.ExitCode);
        json.WriteBoolean("oomKilled"u8, exited.OomKilled);
        json.WriteNumber("unixNanoseconds"u8, exited.UnixNanoseconds);
    }

    internal static void WriteMembers(Utf8JsonWriter json, Failed failed)
    {
        json.WriteString("kind"u8, failed.Kind.ToString());
        json.WriteString("operation"u8, failed.Operation);
        json.WriteString("target"u8, failed.Target);
        json.WriteNumber("errno"u8, failed.Errno);
        json.WriteString("message"u8, failed.Message);
    }

    private static void WriteStreams(Utf8JsonWriter json, bool stdin, bool stdout, bool stderr)
    {
        json.WriteBoolean("stdin"u8, stdin);
        json.WriteBoolean("stdout"u8, stdout);
        json.WriteBoolean("stderr"u8, stderr);
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
