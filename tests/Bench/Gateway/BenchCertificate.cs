using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>A new self-signed certificate in PEM files, gone when disposed.</summary>
internal sealed class BenchCertificate : IDisposable
{
    private readonly TempFolder folder = new();

    public BenchCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={BenchPolicy.Host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(BenchPolicy.Host);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificatePath => folder["certificate.pem"];

    public string KeyPath => folder["key.pem"];

    public void Dispose() => folder.Dispose();
}
