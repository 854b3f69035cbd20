namespace Wharf.Daemon.Configuration;

/// <summary>PEM files for tcp:// addresses.</summary>
internal sealed record TlsSettings(bool RequireClientCertificate, string CaFile, string CertificateFile, string KeyFile)
{
    internal static TlsSettings From(RawSettings raw)
    {
        string directory = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        return new TlsSettings(
            raw.Switch("tlsverify"),
            raw.Text("tlscacert") ?? Path.Combine(directory, "ca.pem"),
            raw.Text("tlscert") ?? Path.Combine(directory, "cert.pem"),
            raw.Text("tlskey") ?? Path.Combine(directory, "key.pem"));
    }
}
