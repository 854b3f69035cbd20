using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>
/// TLS files of one registry, laid out as Docker's <c>certs.d/&lt;host:port&gt;/</c>: <c>*.crt</c> are authorities trusted besides the
/// system's, <c>*.cert</c> with the <c>*.key</c> of the same name are client certificates.
/// </summary>
internal sealed record CertificateFiles(X509Certificate2Collection Authorities, X509Certificate2Collection Clients)
{
    /// <summary>Changes whenever <see cref="Read"/> may find something else: names, lengths and times of what is there.</summary>
    internal static string StampOf(string certificatesDirectory, string authority)
    {
        var directory = new DirectoryInfo(Path.Combine(certificatesDirectory, authority));
        return directory.Exists
            ? string.Join('\n', directory.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => $"{file.Name} {(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}"))
            : "";
    }

    /// <exception cref="WharfException">A file is unreadable, or half of a pair is missing.</exception>
    internal static CertificateFiles Read(string certificatesDirectory, string authority)
    {
        X509Certificate2Collection authorities = [];
        X509Certificate2Collection clients = [];
        string directory = Path.Combine(certificatesDirectory, authority);
        string current = directory;
        if (!Directory.Exists(directory))
        {
            return new CertificateFiles(authorities, clients);
        }

        try
        {
            foreach (string file in Directory.EnumerateFiles(directory).Order())
            {
                current = file;
                switch (Path.GetExtension(file))
                {
                    case ".crt":
                        authorities.ImportFromPemFile(file);
                        break;
                    case ".cert":
                        string key = Path.ChangeExtension(file, ".key");
                        Require(File.Exists(key), $"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)}. CA certificates must use the extension .crt");
                        clients.Add(X509Certificate2.CreateFromPemFile(file, key));
                        break;
                    case ".key":
                        string certificate = Path.ChangeExtension(file, ".cert");
                        Require(File.Exists(certificate), $"missing client certificate {Path.GetFileName(certificate)} for key {Path.GetFileName(file)}");
                        break;
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new WharfException(ErrorKind.Internal, $"cannot use TLS file {current}: {unreadable.Message}", unreadable);
        }

        return new CertificateFiles(authorities, clients);
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new WharfException(ErrorKind.Internal, problem);
        }
    }
}
