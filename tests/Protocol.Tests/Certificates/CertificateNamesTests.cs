using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace MtaSts.Protocol.Tests.Certificates;

/// <summary>RFC 8461 §4.2: SAN DNS-IDs, and the wildcard of RFC 6125.</summary>
public sealed class CertificateNamesTests
{
    [Theory]
    [InlineData("mx.example.com", true)]
    [InlineData("MX.Example.COM", true)]
    [InlineData("*.example.com", true)]
    [InlineData("*.EXAMPLE.com", true)]
    [InlineData("example.com", false)]
    [InlineData("*.com", false)]
    [InlineData("*", false)]
    [InlineData("*.mx.example.com", false)]
    [InlineData("m*.example.com", false)]
    [InlineData("mx.*.com", false)]
    [InlineData("amx.example.com", false)]
    public void Include_DnsId_MatchesTheWholeNameOrOneLabel(string name, bool expected)
    {
        using var certificate = Make("CN=other.example", names => names.AddDnsName(name));
        Assert.Equal(expected, CertificateNames.Include(certificate, "mx.example.com"));
        Assert.Equal(expected, CertificateNames.Include(certificate, "mx.example.com."));
    }

    [Fact]
    public void Include_CommonNameOrAddressAlone_DoesNot()
    {
        using var bare = Make("CN=mx.example.com", null);
        using var other = Make("CN=mx.example.com", names => names.AddIpAddress(System.Net.IPAddress.Loopback));
        Assert.False(CertificateNames.Include(bare, "mx.example.com"));
        Assert.False(CertificateNames.Include(other, "mx.example.com"));
        Assert.Empty(CertificateNames.Of(bare));
    }

    [Fact]
    public void Of_MalformedExtension_IsEmpty()
    {
        using var certificate = Make("CN=mx.example.com", null, new X509Extension("2.5.29.17", [0x30, 0x05, 0x82, 0x7F, 1, 2, 3], false));
        Assert.Empty(CertificateNames.Of(certificate));
    }

    private static X509Certificate2 Make(string subject, Action<SubjectAlternativeNameBuilder>? add, params X509Extension[] more)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (add is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            add(names);
            request.CertificateExtensions.Add(names.Build());
        }
        foreach (var extension in more)
            request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(90));
    }
}
