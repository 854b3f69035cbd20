using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli;

/// <summary>Flags before the command: which daemon, how to reach it, where the client's own files are.</summary>
internal sealed class GlobalOptions
{
    internal const string DefaultHost = "unix:///run/wharf.sock";
    private readonly Option<string> _config;
    private readonly Option<string> _context;
    private readonly Option<string> _host;
    private readonly Option<bool> _tls;
    private readonly Option<bool> _tlsVerify;
    private readonly Option<string> _tlsCa;
    private readonly Option<string> _tlsCertificate;
    private readonly Option<string> _tlsKey;
    private readonly Option<bool> _version;
    private readonly Option<bool> _debug;

    internal GlobalOptions()
    {
        Options = new OptionSet();
        _config = Options.Text("config", null, "Directory of the client's configuration (default \"~/.docker\")");
        _context = Options.Text("context", 'c', "Context whose endpoint to use (overrides DOCKER_HOST)");
        _debug = Options.Flag("debug", 'D', "Say what goes wrong in full");
        _host = Options.Text("host", 'H', "Daemon socket to connect to");
        Options.Custom("log-level", 'l', "string", "How much to log: debug, info, warn, error, fatal", "info", CheckLogLevel);
        _tls = Options.Flag("tls", null, "Use TLS; --tlsverify implies it");
        _tlsCa = Options.Text("tlscacert", null, "Trust certificates of this authority only (default \"~/.docker/ca.pem\")");
        _tlsCertificate = Options.Text("tlscert", null, "TLS certificate of the client (default \"~/.docker/cert.pem\")");
        _tlsKey = Options.Text("tlskey", null, "TLS key of the client (default \"~/.docker/key.pem\")");
        _tlsVerify = Options.Flag("tlsverify", null, "Use TLS and check the daemon's certificate");
        _version = Options.Flag("version", 'v', "Print the version and quit");
    }

    internal OptionSet Options { get; }

    internal bool Version => _version.Value;

    internal bool Debug => _debug.Value;

    internal string ContextName => _context.Value;

    internal string ConfigDirectory =>
        _config.IsSet ? _config.Value : Variable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    internal bool HostIsGiven => _host.IsSet;

    /// <summary>Whether the line itself says which daemon.</summary>
    internal bool NamesDaemon => _host.IsSet || _context.IsSet;

    /// <summary>The address from the command line or the environment; null when neither says, which is when a daemon may be started.</summary>
    internal string? RequestedHost => _host.IsSet ? _host.Value : Variable("WHARF_HOST") ?? Variable("DOCKER_HOST");

    internal TlsOptions? Tls
    {
        get
        {
            bool verify = _tlsVerify.IsSet ? _tlsVerify.Value : Variable("DOCKER_TLS_VERIFY") is not null;
            if (!verify && !_tls.Value)
            {
                return null;
            }

            string directory = Variable("DOCKER_CERT_PATH") ?? ConfigDirectory;
            return new TlsOptions
            {
                Verify = verify,
                CaFile = verify ? FileOrNull(_tlsCa, directory, "ca.pem") : null,
                CertificateFile = FileOrNull(_tlsCertificate, directory, "cert.pem"),
                KeyFile = FileOrNull(_tlsKey, directory, "key.pem"),
            };
        }
    }

    private static string? FileOrNull(Option<string> option, string directory, string name)
    {
        string path = option.IsSet ? option.Value : Path.Combine(directory, name);
        return option.IsSet || File.Exists(path) ? path : null;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string CheckLogLevel(string level) =>
        level is "debug" or "info" or "warn" or "error" or "fatal" ? level : throw new FormatException($"not a valid log level: {level}");
}
