using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Protocol.Tests.Dane;

/// <summary>A root, an intermediate authority and a server's certificate, made for the test.</summary>
internal sealed class TestChain : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestChain(string name = "mx.example.com", int daysLeft = 30)
    {
        Root = Authority("CN=Root", rootKey).CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100));
        using var middle = Authority("CN=Intermediate", middleKey).Create(Root, Now.AddDays(-100), Now.AddDays(100), [1]);
        Middle = X509CertificateLoader.LoadCertificate(middle.RawData);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        Server = request.Create(Middle.SubjectName, X509SignatureGenerator.CreateForECDsa(middleKey), Now.AddDays(-60), Now.AddDays(daysLeft), [2]);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Middle { get; }

    public X509Certificate2 Server { get; }

    /// <summary>A TLSA record of the certificate, as its owner would publish it.</summary>
    public static string Record(int usage, int selector, int matchingType, X509Certificate2 certificate)
    {
        var selected = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        var data = matchingType switch { 1 => SHA256.HashData(selected), 2 => SHA512.HashData(selected), _ => selected };
        return $"{usage} {selector} {matchingType} {Convert.ToHexString(data)}";
    }

    public void Dispose()
    {
        Root.Dispose();
        Middle.Dispose();
        Server.Dispose();
        rootKey.Dispose();
        middleKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }
}
