using Wharf.Oci.Json;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Oci.Monitor;

/// <summary>JSON to <see cref="MonitorMessage"/>.</summary>
internal static class MessageReader
{
    internal static MonitorMessage Read(JsonMembers message) => new()
    {
        Sequence = message.Int32("sequence"u8),
        Configure = message.Object("configure"u8, Configure),
        Start = message.Object("start"u8, static _ => new Start()),
        Hello = message.Object("hello"u8, static hello => new Hello(hello.Int32("version"u8) ?? 0)),
        Attach = message.Object("attach"u8, static attach => new Attach
        {
            Stdin = attach.Boolean("stdin"u8) ?? false,
            Stdout = attach.Boolean("stdout"u8) ?? false,
            Stderr = attach.Boolean("stderr"u8) ?? false,
        }),
        Exec = message.Object("exec"u8, static exec => new Exec
        {
            ExecId = Required(exec, "execId"u8),
            Process = exec.Object("process"u8, ProcessReader.Read) ?? throw Missing("process"),
            Stdin = exec.Boolean("stdin"u8) ?? false,
            Stdout = exec.Boolean("stdout"u8) ?? false,
            Stderr = exec.Boolean("stderr"u8) ?? false,
        }),
        Signal = message.Object("signal"u8, static signal => new Signal(signal.Int32("number"u8) ?? 0, signal.Text("execId"u8))),
        Resize = message.Object("resize"u8, static resize => new Resize(
            resize.UInt16("rows"u8) ?? 0, resize.UInt16("columns"u8) ?? 0, resize.Text("execId"u8))),
        Probing = message.Object("probing"u8, static probing => new Probing(probing.Boolean("on"u8) ?? false)),
        Created = message.Object("created"u8, static created => new Created(
            created.Int32("pid"u8) ?? 0, created.UInt64("startTime"u8) ?? 0, created.Int32("monitorPid"u8) ?? 0)),
        Started = message.Object("started"u8, static started => new Started(started.Int64("unixNanoseconds"u8) ?? 0)),
        Snapshot = message.Object("snapshot"u8, Snapshot),
        Attached = message.Object("attached"u8, static _ => new Attached()),
        ExecStarted = message.Object("execStarted"u8, static started => new ExecStarted(started.Int32("pid"u8) ?? 0)),
        Done = message.Object("done"u8, static _ => new Done()),
        Failed = message.Object("failed"u8, Failed),
        Exited = message.Object("exited"u8, Exited),
        ExecExited = message.Object("execExited"u8, static exited => new ExecExited(exited.Text("execId"u8) ?? "", exited.Int32("exitCode"u8) ?? 0)),
        ProbeStarted = message.Object("probeStarted"u8, static started => new ProbeStarted(started.Text("execId"u8) ?? "")),
        ProbeEnded = message.Object("probeEnded"u8, HealthReader.ProbeEnded),
    };

    internal static Exited Exited(JsonMembers exited) =>
        new(exited.Int32("exitCode"u8) ?? 0, exited.Boolean("oomKilled"u8) ?? false, exited.Int64("unixNanoseconds"u8) ?? 0);

    internal static Failed Failed(JsonMembers failed) => new(
        NamedValue<FailureKind>(Required(failed, "kind"u8), "kind"),
        failed.Text("operation"u8) ?? "",
        failed.Text("target"u8) ?? "",
        failed.Int32("errno"u8) ?? 0,
        failed.Text("message"u8) ?? "");

    internal static T NamedValue<T>(string name, string member)
        where T : struct, Enum => Enum.TryParse(name, out T value) ? value : throw new System.Text.Json.JsonException($"unknown {member} {name}", member, null, null);

    internal static string Required(JsonMembers members, ReadOnlySpan<byte> name) =>
        members.Text(name) ?? throw Missing(System.Text.Encoding.UTF8.GetString(name));

    internal static System.Text.Json.JsonException Missing(string name) => new("missing", name, null, null);

    private static Configure Configure(JsonMembers configure) => new()
    {
        Version = configure.Int32("version"u8) ?? MonitorProtocol.Version,
        Id = Required(configure, "id"u8),
        Bundle = Required(configure, "bundle"u8),
        RunDirectory = Required(configure, "runDirectory"u8),
        SeccompCache = configure.Text("seccompCache"u8),
        OpenStdin = configure.Boolean("openStdin"u8) ?? false,
        StdinOnce = configure.Boolean("stdinOnce"u8) ?? false,
        Log = configure.Object("log"u8, static log => new LogSettings
        {
            Driver = log.Text("driver"u8) ?? "none",
            Path = log.Text("path"u8),
            MaxSize = log.Int64("maxSize"u8) ?? 0,
            MaxFiles = log.Int32("maxFiles"u8) ?? 1,
            Compress = log.Boolean("compress"u8) ?? false,
            Attributes = log.TextMap("attributes"u8),
        }) ?? new LogSettings(),
        Health = configure.Object("health"u8, HealthReader.Settings),
    };

    private static Snapshot Snapshot(JsonMembers snapshot) => new()
    {
        Version = snapshot.Int32("version"u8) ?? MonitorProtocol.Version,
        Pid = snapshot.Int32("pid"u8) ?? 0,
        StartTime = snapshot.UInt64("startTime"u8) ?? 0,
        MonitorPid = snapshot.Int32("monitorPid"u8) ?? 0,
        Started = snapshot.Boolean("started"u8) ?? false,
        StartedUnixNanoseconds = snapshot.Int64("startedUnixNanoseconds"u8) ?? 0,
        Exited = snapshot.Object("exited"u8, Exited),
        Health = snapshot.Object("health"u8, HealthReader.Record),
        Execs = snapshot.List("execs"u8, static exec => new ExecSnapshot(
            exec.Text("execId"u8) ?? "", exec.Int32("pid"u8) ?? 0, exec.Boolean("running"u8) ?? false, exec.Int32("exitCode"u8) ?? 0)) ?? [],
    };
}
