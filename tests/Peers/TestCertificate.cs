using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Peers;

/// <summary>Self-signed certificates of any validity and usage, as PEM texts.</summary>
public sealed record TestCertificate(string Pem, string Key)
{
    /// <summary>Extended key usages (RFC 5280 §4.2.1.12).</summary>
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <inheritdoc cref="ForServers"/>
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <param name="names">The first is also the common name.</param>
    /// <param name="usage">Null: for all usages.</param>
    public static TestCertificate Make(DateTimeOffset from, DateTimeOffset until, string? usage, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var certificate = request.CreateSelfSigned(from, until);
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Valid from an hour ago, for a week.</summary>
    public static TestCertificate Now(params string[] names) => Make(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(7), null, names);

    /// <summary>The certificate with its key, for a client or server.</summary>
    public X509Certificate2 Load()
    {
        using var pem = X509Certificate2.CreateFromPem(Pem, Key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    public void Write(string certificatePath, string keyPath)
    {
        File.WriteAllText(certificatePath, Pem);
        File.WriteAllText(keyPath, Key);
    }
}
