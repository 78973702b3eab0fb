using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Peers;

/// <summary>A certificate authority for the duration of the test.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);
    private readonly X509Certificate2 root;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=MtaSts test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Life);
    }

    /// <summary>The root, for a peer's trust store.</summary>
    public string RootPem => root.ExportCertificatePem();

    /// <summary>A certificate for the names, with its key, as two PEM texts.</summary>
    public (string Certificate, string Key) Issue(params string[] names) => Issue([TestCertificate.ForServers], Life, names);

    /// <summary>A certificate for a silo, which is a server and a client.</summary>
    public (string Certificate, string Key) IssueSilo(string name) => Issue([TestCertificate.ForServers, "1.3.6.1.5.5.7.3.2"], Life, name);

    /// <summary>A certificate for the uses named by their object identifiers.</summary>
    public (string Certificate, string Key) Issue(IEnumerable<string> uses, TimeSpan life, params string[] names)
    {
        var (certificate, key) = Issue(uses, now - TimeSpan.FromHours(1), now + life, names);
        return (certificate, key);
    }

    /// <summary>A certificate of any validity within the authority's and of any usage; null: all usages.</summary>
    public TestCertificate IssueFor(string? usage, DateTimeOffset from, DateTimeOffset until, params string[] names) => Issue(usage is null ? [] : [usage], from, until, names);

    private TestCertificate Issue(IEnumerable<string> uses, DateTimeOffset from, DateTimeOffset until, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        OidCollection named = [.. uses.Select(static use => new Oid(use))];
        if (named.Count > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(named, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var certificate = request.Create(root, from, until, RandomNumberGenerator.GetBytes(12));
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Whether a chain ends in this authority.</summary>
    public bool Trusts(X509Certificate2? certificate)
    {
        if (certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    public void Dispose() => root.Dispose();
}
