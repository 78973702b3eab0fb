using System.Reflection;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

public class ExplanationTests
{
    [Fact]
    public void Of_EveryResultTypeOfTheRfc_HasOneOfItsOwn()
    {
        var types = typeof(ResultTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetValue(null)!).ToArray();

        Assert.Equal(11, types.Length);
        Assert.All(types, static type => Assert.Equal(type, Explanations.Of(type).Id));
        Assert.Equal("unknown", Explanations.Of("x-made-up").Id);
    }

    [Fact]
    public void Table_EveryRow_SaysWhatItMeansAndWhatToDo()
    {
        Assert.All(Explanations.ResultTypes.Concat(Explanations.Reasons), static row =>
        {
            Assert.EndsWith(".", row.Means, StringComparison.Ordinal);
            Assert.EndsWith(".", row.Next, StringComparison.Ordinal);
            Assert.True(row.NextElsewhere is null || row.NextElsewhere[^1] is '.' or ';', row.NextElsewhere);
        });
        var ids = Explanations.ResultTypes.Concat(Explanations.Reasons).Select(static row => row.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Every sign leads to its own row: no earlier row takes it away.</summary>
    [Fact]
    public void OfReason_EverySign_FindsItsRow() => Assert.All(ReasonTable.All, static row =>
    {
        foreach (var (type, explanation) in new[] { (row.Under ?? ResultTypes.ValidationFailure, row.AtMailHost), (ResultTypes.StsPolicyFetchError, row.AtPolicyHost) })
        {
            if (explanation is not null)
                Assert.All(row.Signs, sign => Assert.Equal((sign, explanation.Id), (sign, Explanations.OfReason(type, $"error: {sign.Replace(ReasonSign.Gap, '1')}.")?.Id)));
        }
        Assert.All(row.Statuses, status => Assert.Equal((status, row.AtPolicyHost!.Id), (status, Explanations.OfReason(ResultTypes.StsPolicyFetchError, status)?.Id)));
    });

    /// <summary>A text that several explanations quote leads to one of them; one of a single explanation leads there.</summary>
    [Fact]
    public void OfReason_EveryBounceThatIsQuoted_LeadsToAReasonThatQuotesIt()
    {
        Assert.All(Explanations.Reasons, static reason => Assert.All(reason.Bounces, bounce => AssertQuotes(bounce, ResultTypes.ValidationFailure)));
        Assert.All(Explanations.ResultTypes, static type => Assert.All(type.Bounces, bounce => AssertQuotes(bounce, type.Id)));

        static void AssertQuotes(string bounce, string type)
        {
            var found = Explanations.OfReason(type, bounce);
            Assert.True(found is not null && found.Bounces.Contains(bounce), $"{bounce} leads to {found?.Id ?? "nothing"}");
        }
    }

    [Theory]
    [InlineData("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "reason.wrong-purpose")]
    [InlineData("X509_V_ERR_CERT_HAS_EXPIRED", "reason.expired")]
    [InlineData("X509_V_ERR_DANE_NO_MATCH", "reason.tlsa")]
    [InlineData("X509_V_ERR_OCSP_VERIFY_FAILED", "reason.certificate-other")]
    [InlineData("x509: certificate is valid for *.mx.example, not mail.example.com", "reason.host-mismatch")]
    [InlineData("x509: certificate signed by unknown authority", "reason.chain-incomplete")]
    [InlineData("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-12-31T00:00:00Z", "reason.expired")]
    [InlineData("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is before 2026-01-02T00:00:00Z", "reason.not-yet-valid")]
    [InlineData("certificate is not yet valid", "reason.not-yet-valid")]
    [InlineData("dial tcp 192.0.2.7:443: i/o timeout", "reason.timeout")]
    [InlineData("read: connection reset by peer", "reason.connection")]
    [InlineData("remote error: tls: handshake failure", "reason.version-or-cipher")]
    [InlineData("error:14094416:SSL routines:ssl3_read_bytes:sslv3 alert certificate unknown", "reason.version-or-cipher")]
    [InlineData("certificate verify failed: unable to get local issuer certificate", "reason.chain-incomplete")]
    [InlineData("4.7.5 [internal] SSL certificate subject does not match host", "reason.host-mismatch")]
    [InlineData("554 5.4.8 MX hosts of 'example.com' failed MTA-STS validation", "reason.mx-not-listed")]
    [InlineData("550 5.7.5 Remote certificate failed MTA-STS validation. Reason: ValidityStatus", "reason.certificate-other")]
    public void OfReason_AsSendersWriteIt_IsFound(string reason, string id) => Assert.Equal(id, Explanations.OfReason(ResultTypes.ValidationFailure, reason)?.Id);

    /// <summary>Microsoft's words of its programs, in the spellings of others too, and what Postfix 3.10 bounces with.</summary>
    [Theory]
    [InlineData("validation-failure", "MX_HOSTS_MISMATCH", "reason.mx-not-listed")]
    [InlineData("validation-failure", "mx-host-mismatch", "reason.mx-not-listed")]
    [InlineData("validation-failure", "MX name mx9.example.com does not match STS MX pattern", "reason.mx-not-listed")]
    [InlineData("validation-failure", "VALIDATION_FAILURE", "reason.validation")]
    [InlineData("certificate-not-trusted", "validation failed", "reason.validation")]
    [InlineData("sts-webpki-invalid", "VALIDATION_FAILURE", "reason.policy-host-validation")]
    [InlineData("sts-policy-fetch-error", "POLICY_FETCH_ERROR", "reason.policy-fetch")]
    [InlineData("certificate-not-trusted", "CERTIFICATE_NOT_TRUSTED", "reason.chain-incomplete")]
    [InlineData("certificate-host-mismatch", "CERTIFICATE_HOST_MISMATCH", "reason.host-mismatch")]
    [InlineData("certificate-expired", "CERTIFICATE_EXPIRED", "reason.expired")]
    [InlineData("starttls-not-supported", "STARTTLS_NOT_SUPPORTED", "reason.starttls")]
    [InlineData("validation-failure", "TLSA_INVALID", "reason.tlsa")]
    [InlineData("validation-failure", "STS_POLICY_INVALID", "sts-policy-invalid")]
    [InlineData("validation-failure", "451 4.3.0 <a@example.com>: server unavailable or unable to receive mail", "reason.postfix-mx-not-listed")]
    public void OfReason_AsProgramsWriteIt_IsFound(string type, string reason, string id) => Assert.Equal(id, Explanations.OfReason(type, reason)?.Id);

    /// <summary>mox (Go) writes its reasons as words joined by hyphens, several joined by plus signs.</summary>
    [Theory]
    [InlineData("validation-failure", "tls-remote-alert-40-handshake-failure", "reason.version-or-cipher")]
    [InlineData("validation-failure", "tls-remote-alert-70-protocol-version-not-supported", "reason.version-or-cipher")]
    [InlineData("validation-failure", "tls-remote-alert-42-bad-certificate", "reason.client-certificate")]
    [InlineData("validation-failure", "tls-remote-alert-80-internal-error", "reason.handshake")]
    [InlineData("validation-failure", "tls-local-alert-10-unexpected-message", "reason.handshake")]
    [InlineData("validation-failure", "tls-record-header-error", "reason.not-tls")]
    [InlineData("validation-failure", "connection-closed-during-handshake", "reason.connection")]
    [InlineData("validation-failure", "io-timeout-during-handshake", "reason.timeout")]
    [InlineData("validation-failure", "mtasts-policy-mx-mismatch", "reason.mx-not-listed")]
    [InlineData("validation-failure", "dane-no-match+errors", "reason.tlsa")]
    [InlineData("validation-failure", "dns-extended-error-7-signature-expired", "reason.dnssec")]
    [InlineData("tlsa-invalid", "all-unusable-records+ignored", "reason.tlsa-unusable")]
    [InlineData("tlsa-invalid", "extended-dns-error-22-no-reachable-authority", "reason.dns")]
    [InlineData("dnssec-invalid", "extended-dns-error-6-dnssec-bogus", "reason.dnssec")]
    [InlineData("certificate-not-trusted", "not-authorized-to-sign", "reason.wrong-purpose")]
    [InlineData("certificate-not-trusted", "ca-not-authorized-for-this-name", "reason.wrong-purpose")]
    [InlineData("certificate-not-trusted", "too-many-intermediates", "reason.wrong-purpose")]
    [InlineData("certificate-not-trusted", "incompatible-key-usage", "reason.wrong-purpose")]
    [InlineData("certificate-not-trusted", "no-system-roots", "reason.sender-roots")]
    [InlineData("validation-failure", "unknown-go-certificate-verification-error", "reason.certificate-other")]
    [InlineData("sts-webpki-invalid", "certificate-host-mismatch", "reason.policy-host-host-mismatch")]
    [InlineData("sts-webpki-invalid", "certificate-not-trusted+incompatible-key-usage", "reason.policy-host-wrong-purpose")]
    [InlineData("sts-policy-fetch-error", "cannot-fetch-policy", "reason.policy-fetch")]
    [InlineData("sts-policy-fetch-error", "back-off-after-recent-fetch-error", "reason.policy-fetch")]
    [InlineData("sts-policy-fetch-error", "no-policy-served+fallback-to-cached-policy", "reason.policy-not-found")]
    [InlineData("sts-policy-fetch-error", "no-mta-sts-dns-txt-record", "reason.policy-record")]
    [InlineData("sts-policy-fetch-error", "multiple-mta-sts-records", "reason.policy-record")]
    [InlineData("sts-policy-fetch-error", "record-syntax-error", "reason.policy-record")]
    [InlineData("sts-policy-fetch-error", "dns-lookup", "reason.policy-host-dns")]
    [InlineData("sts-policy-invalid", "policy-syntax-error", "reason.policy-content")]
    public void OfReason_AsMoxWritesIt_IsFound(string type, string reason, string id) => Assert.Equal(id, Explanations.OfReason(type, reason)?.Id);

    [Theory]
    [InlineData("validation-failure", "MX not authorized by policy.", "reason.mx-not-listed")]
    [InlineData("validation-failure", "No matching certificates found.", "reason.tlsa")]
    [InlineData("dane-required", "No TLSA records found for MX.", "reason.tlsa-missing")]
    [InlineData("dnssec-invalid", "No TLSA records found for MX.", "reason.tlsa-missing")]
    [InlineData("dane-required", "No TLSA DNSSEC records found.", "reason.tlsa-missing")]
    [InlineData("tlsa-invalid", "Invalid TLSA record.", "reason.tlsa-unusable")]
    [InlineData("starttls-not-supported", "STARTTLS was not advertised by host", "reason.starttls")]
    [InlineData("starttls-not-supported", "Code: 502, Enhanced code: 5.5.1, Message: Command not implemented", "reason.starttls-refused")]
    [InlineData("certificate-not-trusted", "invalid peer certificate: UnknownIssuer", "reason.chain-incomplete")]
    [InlineData("certificate-not-trusted", "invalid peer certificate: Expired", "reason.expired")]
    [InlineData("certificate-not-trusted", "received fatal alert: HandshakeFailure", "reason.version-or-cipher")]
    [InlineData("other", "MTA-STS is required and no policy was found.", "reason.sts-required")]
    [InlineData("sts-policy-fetch-error", "Timeout fetching policy.", "reason.policy-host-timeout")]
    [InlineData("sts-policy-fetch-error", "Could not reach policy host.", "reason.policy-host-connection")]
    [InlineData("sts-policy-fetch-error", "Policy not found.", "reason.policy-not-found")]
    [InlineData("sts-policy-fetch-error", "Failed to fetch policy.", "reason.policy-fetch")]
    [InlineData("sts-policy-fetch-error", "Failed to parse MTA-STS DNS record.", "reason.policy-record")]
    [InlineData("sts-policy-invalid", "Failed to parse policy: Missing mode", "reason.policy-content")]
    public void OfReason_AsStalwartWritesIt_IsFound(string type, string reason, string id) => Assert.Equal(id, Explanations.OfReason(type, reason)?.Id);

    /// <summary>Three digits are an HTTP status where the policy was fetched, and a mail server's reply elsewhere.</summary>
    [Theory]
    [InlineData("sts-policy-fetch-error", "404", "reason.policy-not-found")]
    [InlineData("sts-policy-fetch-error", "bad https response code: 404", "reason.policy-not-found")]
    [InlineData("sts-policy-fetch-error", "bad https response code: 500", "reason.policy-server-error")]
    [InlineData("sts-policy-fetch-error", "dial tcp [2001:db8:404::1]:443: connect: connection refused", "reason.policy-host-connection")]
    [InlineData("starttls-not-supported", "502 5.5.1 Error: command not implemented", "reason.starttls-refused")]
    [InlineData("starttls-not-supported", "454 4.7.0 TLS not available due to local problem", "reason.starttls-refused")]
    [InlineData("validation-failure", "502 5.5.1 Error: command not implemented", null)]
    [InlineData("validation-failure", "bad https response code: 404", null)]
    [InlineData("sts-policy-invalid", "404", null)]
    public void OfReason_WithANumber_IsReadByItsResultType(string type, string reason, string? id) => Assert.Equal(id, Explanations.OfReason(type, reason)?.Id);

    /// <summary>Where the result type is about the policy host no MX host was asked, and no mail bounced.</summary>
    [Theory]
    [InlineData("sts-webpki-invalid", "X509_V_ERR_CERT_HAS_EXPIRED")]
    [InlineData("sts-webpki-invalid", "x509: certificate is valid for *.web.example, not mta-sts.example.com")]
    [InlineData("sts-webpki-invalid", "self-signed certificate")]
    [InlineData("sts-policy-fetch-error", "certificate verify failed: unable to get local issuer certificate")]
    [InlineData("sts-policy-fetch-error", "remote error: tls: handshake failure")]
    public void OfReason_OfACertificateWhereThePolicyWasFetched_IsAboutThePolicyHost(string type, string reason)
    {
        var found = Explanations.OfReason(type, reason)!;
        Assert.Equal(Fault.PolicyHost, found.Fault);
        Assert.Empty(found.Bounces);
        Assert.NotNull(found.NextElsewhere);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("code 14040")]
    [InlineData("gedanedns")]
    [InlineData("dane.example.com and dns1.timeout.example.com")]
    public void OfReason_WithoutAnySign_IsNotGuessed(string? reason) => Assert.Null(Explanations.OfReason(ResultTypes.ValidationFailure, reason));

    /// <summary>Whoever does not host here has a policy host of his own: no text of his may speak of ours.</summary>
    [Fact]
    public void For_ADomainThatIsNotHosted_DoesNotSpeakOfThisService()
    {
        Assert.All(Explanations.ResultTypes.Concat(Explanations.Reasons), static row =>
        {
            var text = row.For(hosted: false).Next;
            Assert.DoesNotContain(" to us", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hosting", text, StringComparison.Ordinal);
            Assert.DoesNotContain("this service", text, StringComparison.OrdinalIgnoreCase);
        });
        var fetched = Explanations.Of(ResultTypes.StsPolicyFetchError);
        Assert.Equal(fetched.Next, fetched.For(hosted: true).Next);
        Assert.NotEqual(fetched.Next, fetched.For(hosted: false).Next);
    }

    [Fact]
    public void OfReason_EveryReasonOfTheCorpus_IsFound()
    {
        var folder = CorpusFolder.Require();
        var details = new List<FailureDetail>();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (ReportDecoder.Decode(File.ReadAllBytes(file), ReportLimits.Default) is DecodeResult.Decoded decoded)
                details.AddRange(decoded.Reports.SelectMany(static report => report.Policies).SelectMany(static policy => policy.Details).Where(static detail => detail.FailureReasonCode is not null));
        }

        Assert.NotEmpty(details);
        Assert.DoesNotContain(details, static detail => Explanations.OfReason(detail.ResultType, detail.FailureReasonCode) is null);
    }
}
