using Wharf.Api.Client;
using Wharf.Cli.Configuration;
using Wharf.Cli.Connection;

namespace Wharf.Cli;

/// <summary>What a command works with. The connection and the configuration file are touched by those commands only that need them.</summary>
internal sealed class CommandContext(Streams streams, GlobalOptions globals) : IDisposable
{
    private readonly Lazy<DockerClient> _engine = new(() => EngineConnection.Open(globals, streams.Error));

    internal Streams Streams => streams;

    internal TextWriter Out => streams.Out;

    internal TextWriter Error => streams.Error;

    internal GlobalOptions Globals => globals;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ConfigFile Config => field ??= ConfigFile.Load(globals.ConfigDirectory);

    /// <summary>The daemon. Nothing is sent before the first request; then it is started if that is possible and wanted.</summary>
    internal DockerClient Engine => _engine.Value;

    public void Dispose()
    {
        if (_engine.IsValueCreated)
        {
            _engine.Value.Dispose();
        }
    }
}
