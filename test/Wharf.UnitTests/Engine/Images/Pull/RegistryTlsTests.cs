using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wharf.Engine;
using Wharf.Engine.Images.Registry.Transport;
using Xunit;

namespace Wharf.UnitTests.Engine.Images.Pull;

/// <summary>Whom a registry's certificate convinces. The registry is on loopback, so it is reached as a mirror: those are held to their certificate.</summary>
public sealed class RegistryTlsTests : IDisposable
{
    private readonly string _certificates = Directory.CreateTempSubdirectory("wharf-certs-").FullName;
    private readonly X509Certificate2 _authority = MakeAuthority();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_certificates, recursive: true);
    }

    [Fact]
    public async Task Trusts_the_authority_in_certs_d()
    {
        await using TestRegistry registry = await StartAsync("127.0.0.1");
        WriteFile(registry, "ca.crt", _authority.ExportCertificatePem());
        Assert.Null(await PullThroughAsync(registry));
    }

    [Fact]
    public async Task Refuses_an_unknown_authority()
    {
        await using TestRegistry registry = await StartAsync("127.0.0.1");
        Assert.NotNull(await PullThroughAsync(registry));
        Assert.Equal(0, registry.Count("/v2/"));
    }

    [Fact]
    public async Task An_authority_that_is_put_in_place_counts_at_once()
    {
        await using TestRegistry registry = await StartAsync("127.0.0.1");
        TestImage.Push(registry, "library/app", "latest", [TestImage.Tar("a", 100)]);
        using var rig = new PullRig(Options() with { RegistryMirrors = [$"https://{registry.Host}"] });
        await rig.FailAsync("app");
        WriteFile(registry, "ca.crt", "no certificate");
        await rig.FailAsync("app");
        WriteFile(registry, "ca.crt", _authority.ExportCertificatePem());
        await rig.PullAsync("app");
    }

    [Fact]
    public async Task Refuses_another_name()
    {
        await using TestRegistry registry = await StartAsync("10.9.8.7");
        WriteFile(registry, "ca.crt", _authority.ExportCertificatePem());
        Assert.NotNull(await PullThroughAsync(registry));
        Assert.Equal(0, registry.Count("/v2/"));
    }

    [Fact]
    public async Task Takes_any_certificate_of_a_registry_on_loopback()
    {
        await using TestRegistry registry = await StartAsync("10.9.8.7");
        TestImage.Push(registry, "app", "1", [TestImage.Tar("a", 100)]);
        using var rig = new PullRig(Options());
        await rig.PullAsync($"{registry.Host}/app:1");
        Assert.Single(rig.Images);
    }

    [Fact]
    public async Task Shows_its_own_certificate()
    {
        using X509Certificate2 client = MakeLeaf("wharf-client");
        await using TestRegistry registry = await StartAsync("127.0.0.1", ClientCertificateMode.RequireCertificate);
        WriteFile(registry, "ca.crt", _authority.ExportCertificatePem());
        Assert.NotNull(await PullThroughAsync(registry));
        WriteFile(registry, "client.cert", client.ExportCertificatePem());
        WriteFile(registry, "client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Null(await PullThroughAsync(registry));
    }

    [Fact]
    public async Task Sends_no_password_in_the_clear_because_a_safe_registry_says_so()
    {
        await using TestRegistry registry = await StartAsync("127.0.0.1");
        registry.Fault = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"http://token.invalid/token\",service=\"x\"";
            return Task.FromResult(true);
        };
        using var rig = new PullRig(Options());
        WharfException failure = await rig.FailAsync($"{registry.Host}/app:1", new() { Username = "ann", Password = "secret" });
        Assert.Equal(
            (ErrorKind.Unauthorized, $"registry {registry.Host} asks for credentials to be sent unencrypted to token.invalid: refused"),
            (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Says_which_half_of_a_pair_is_missing()
    {
        await using TestRegistry registry = await StartAsync("127.0.0.1");
        WriteFile(registry, "client.cert", _authority.ExportCertificatePem());
        using var rig = new PullRig(Options());
        Assert.Contains("missing key client.key for client certificate client.cert", (await rig.FailAsync($"{registry.Host}/app:1")).Message);
    }

    private async Task<WharfException?> PullThroughAsync(TestRegistry registry)
    {
        TestImage.Push(registry, "library/app", "latest", [TestImage.Tar("a", 100)]);
        using var rig = new PullRig(
            Options() with { RegistryMirrors = [$"https://{registry.Host}"] }, timeouts: new RegistryTimeouts { Backoff = TimeSpan.FromMilliseconds(5) });
        try
        {
            await rig.PullAsync("app");
            return null;
        }
        catch (WharfException failure)
        {
            return failure;
        }
    }

    private EngineOptions Options() => new() { CertificatesDirectory = _certificates };

    private void WriteFile(TestRegistry registry, string name, string content)
    {
        string directory = Path.Combine(_certificates, registry.Host);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, name), content);
    }

    private async Task<TestRegistry> StartAsync(string name, ClientCertificateMode clients = ClientCertificateMode.NoCertificate) =>
        await TestRegistry.StartAsync(MakeLeaf(name), clients);

    private static X509Certificate2 MakeAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Wharf test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private X509Certificate2 MakeLeaf(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(
            _authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
