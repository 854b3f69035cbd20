using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wharf.Api.Client;

/// <summary>Docker's TLS settings: PEM files, of which each may be missing.</summary>
public sealed class TlsOptions
{
    /// <summary>Check the server's certificate (<c>--tlsverify</c>).</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Authorities trusted instead of the system's.</summary>
    public string? CaFile { get; init; }

    public string? CertificateFile { get; init; }
    public string? KeyFile { get; init; }

    internal SslStream Authenticate(Stream stream, string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (CertificateFile is not null && KeyFile is not null)
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)];
        }

        if (!Verify)
        {
#pragma warning disable CA5359 // --tls without --tlsverify means exactly this: encrypted, and whoever answers is believed.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (CaFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(CaFile);
            options.CertificateChainPolicy = policy;
        }

        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            secured.AuthenticateAsClient(options);
            return secured;
        }
        catch
        {
            secured.Dispose();
            throw;
        }
    }
}
