using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>The probe against a real Postfix, with each kind of certificate that senders refuse.</summary>
public sealed class MxPostfixTests : IDisposable
{
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(30);
    private readonly MxScene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public async Task Probe_GoodCertificate_IsDeliveredTo()
    {
        await using var server = await StartAsync(MxScene.Certificate(scene.Authority));

        var probe = await scene.ProbeAsync(server.Port);

        var address = Assert.Single(Assert.Single(probe.Hosts).Addresses);
        Assert.Equal((MxOutcome.Encrypted, "1.3", null), (address.Outcome, address.TlsVersion, address.Dane));
        var certificate = address.Certificate!;
        Assert.Equal([MxScene.Host], certificate.Names);
        Assert.Equal((0, true, null), (certificate.OmittedNames, certificate.NamesHost, certificate.ChainFault));
        Assert.Equal("CN=MtaSts test authority", certificate.Issuer);
        Assert.Equal(TimeSpan.FromHours(101), certificate.NotAfter - certificate.NotBefore);
        Assert.Equal(new MxVerdict(SenderAction.Delivers), scene.MtaSts(probe));
        Assert.Equal(Port25State.Open, probe.Port25);
        // Postfix logs the commands of a session: there was no mail, and the session ended with QUIT.
        await Poll.Until(() => server.Log.Contains("ehlo=2 starttls=1 quit=1 commands=4", StringComparison.Ordinal), LogLimit, () => "the session ends: " + server.Log);
    }

    [Fact]
    public async Task Probe_ExpiredCertificate_IsRefused() =>
        await RefusedAsync(MxScene.Certificate(scene.Authority, -20, -1), MxReason.CertificateExpired, "certificate-expired", fault: null);

    [Fact]
    public async Task Probe_CertificateOfAnotherName_IsRefused() =>
        await RefusedAsync(MxScene.Certificate(scene.Authority, name: "mail.example.com"), MxReason.CertificateForOtherName, "certificate-host-mismatch", fault: null);

    [Fact]
    public async Task Probe_SelfSignedCertificate_IsRefused() =>
        await RefusedAsync(TestCertificate.Now(MxScene.Host), MxReason.CertificateNotTrusted, "certificate-not-trusted", "UntrustedRoot");

    [Fact]
    public async Task Probe_CertificateOfAnUnknownAuthority_IsRefused()
    {
        using var strange = new TestAuthority();
        await RefusedAsync(MxScene.Certificate(strange), MxReason.CertificateNotTrusted, "certificate-not-trusted", "PartialChain");
    }

    [Fact]
    public async Task Probe_NoStarttls_IsRefused()
    {
        await using var server = await PostfixServer.StartAsync(MxScene.Domain, "discard:", "smtpd_tls_security_level = none");

        var probe = await scene.ProbeAsync(server.Port);

        Assert.Equal(new MxVerdict(SenderAction.Refuses, MxReason.NoStarttls, "starttls-not-supported"), scene.MtaSts(probe));
        await Poll.Until(() => server.Log.Contains("ehlo=1 quit=1 commands=2", StringComparison.Ordinal), LogLimit, () => "the session ends: " + server.Log);
    }

    /// <summary>The server may check the ciphers before the version, and the probe offers no cipher of TLS 1.0, so the handshake fails in one of two ways.</summary>
    [Fact]
    public async Task Probe_OnlyTls10_IsRefused()
    {
        await using var server = await StartAsync(MxScene.Certificate(scene.Authority), "smtpd_tls_protocols = >=TLSv1, <=TLSv1", "smtpd_tls_ciphers = medium", "tls_medium_cipherlist = ALL:@SECLEVEL=0");

        var probe = await scene.ProbeAsync(server.Port);

        var address = Assert.Single(Assert.Single(probe.Hosts).Addresses);
        Assert.True(address is { Outcome: MxOutcome.TlsTooOld or MxOutcome.TlsFailed, Certificate: null, Detail: not null }, $"{address.Outcome}: {address.Detail}\n{server.Log}");
        Assert.Equal(new MxVerdict(SenderAction.Refuses, MxReason.NoTls, "validation-failure"), scene.MtaSts(probe));
    }

    [Fact]
    public async Task Probe_OnlyTls12_IsAccepted()
    {
        await using var server = await StartAsync(MxScene.Certificate(scene.Authority), "smtpd_tls_protocols = TLSv1.2");
        Assert.Equal("1.2", (await scene.ProbeOneAsync(server.Port)).TlsVersion);
    }

    /// <summary>Records of the certificate in use, of its predecessor, of both during a renewal, of the authority, and an unusable record.</summary>
    [Fact]
    public async Task Probe_TlsaRecords_AreComparedWithTheChain()
    {
        var (current, old) = (MxScene.Certificate(scene.Authority), MxScene.Certificate(scene.Authority));
        await using var server = await PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(current, withRoot: true));

        await IsAsync(DaneMatch.Matched, SenderAction.Delivers, Record(3, current.Pem));
        await IsAsync(DaneMatch.NotMatched, SenderAction.Refuses, Record(3, old.Pem));
        await IsAsync(DaneMatch.Matched, SenderAction.Delivers, Record(3, old.Pem), Record(3, current.Pem));
        await IsAsync(DaneMatch.Matched, SenderAction.Delivers, Record(2, scene.Authority.RootPem));
        await IsAsync(DaneMatch.NoneUsable, SenderAction.Delivers, Record(1, current.Pem));

        async Task IsAsync(DaneMatch match, SenderAction action, params string[] records)
        {
            scene.PublishTlsa(records);
            var host = Assert.Single((await scene.ProbeAsync(server.Port)).Hosts);
            Assert.Equal((TlsaState.Present, match), (host.Tlsa, Assert.Single(host.Addresses).Dane));
            Assert.Equal(action, MxRules.Dane(host.Tlsa, host.Sessions).Action);
            Assert.Equal(records, host.TlsaRecords);
        }
    }

    /// <summary>Records from a resolver that is not trusted to validate are compared and shown, but what senders do remains unknown.</summary>
    [Fact]
    public async Task Probe_TlsaRecordsThatNobodyValidated_AreComparedAndNotJudged()
    {
        await using var server = await StartAsync(MxScene.Certificate(scene.Authority));
        scene.PublishTlsa("3 1 1 " + new string('A', 64));
        scene.IsSigned = false;

        var host = Assert.Single((await scene.ProbeAsync(server.Port)).Hosts);

        Assert.Equal((TlsaState.NotValidated, DaneMatch.NotMatched), (host.Tlsa, Assert.Single(host.Addresses).Dane));
        Assert.Equal(SenderAction.Unknown, MxRules.Dane(host.Tlsa, host.Sessions).Action);
    }

    private static string Record(int usage, string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return $"{usage} 1 1 {Convert.ToHexString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}";
    }

    private Task<PostfixServer> StartAsync(TestCertificate certificate, params string[] options) => PostfixServer.StartAsync(MxScene.Domain, "discard:", [.. scene.Tls(certificate), .. options]);

    private async Task RefusedAsync(TestCertificate certificate, MxReason reason, string type, string? fault)
    {
        await using var server = await StartAsync(certificate);
        var probe = await scene.ProbeAsync(server.Port);
        Assert.Equal(fault, Assert.Single(Assert.Single(probe.Hosts).Addresses).Certificate?.ChainFault);
        Assert.Equal(new MxVerdict(SenderAction.Refuses, reason, type), scene.MtaSts(probe));
    }
}
