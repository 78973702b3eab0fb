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
        });
        var ids = Explanations.ResultTypes.Concat(Explanations.Reasons).Select(static row => row.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Every sign leads to its own row: no earlier row takes it away.</summary>
    [Fact]
    public void OfReason_EverySign_FindsItsRow() =>
        Assert.All(ReasonTable.All, static row => Assert.All(row.Signs, sign => Assert.Equal((sign, row.Explanation.Id), (sign, Explanations.OfReason($"error: {sign}.")?.Id))));

    [Theory]
    [InlineData("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "reason.wrong-purpose")]
    [InlineData("bad https response code: 404", "reason.policy-not-found")]
    [InlineData("bad https response code: 500", "reason.policy-server-error")]
    [InlineData("x509: certificate is valid for *.mx.example, not mail.example.com", "reason.host-mismatch")]
    [InlineData("x509: certificate signed by unknown authority", "reason.chain-incomplete")]
    [InlineData("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-12-31T00:00:00Z", "reason.expired")]
    [InlineData("dial tcp 192.0.2.7:443: i/o timeout", "reason.timeout")]
    [InlineData("read: connection reset by peer", "reason.connection")]
    [InlineData("remote error: tls: handshake failure", "reason.version-or-cipher")]
    [InlineData("certificate verify failed: unable to get local issuer certificate", "reason.chain-incomplete")]
    [InlineData("554 5.4.8 MX hosts of 'example.com' failed MTA-STS validation", "reason.mx-not-listed")]
    public void OfReason_AsSendersWriteIt_IsFound(string reason, string id) => Assert.Equal(id, Explanations.OfReason(reason)?.Id);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("code 14040")]
    [InlineData("gedanedns")]
    public void OfReason_WithoutAnySign_IsNotGuessed(string? reason) => Assert.Null(Explanations.OfReason(reason));

    [Fact]
    public void OfReason_EveryReasonOfTheCorpus_IsFound()
    {
        var folder = CorpusFolder.Require();
        var reasons = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (ReportDecoder.Decode(File.ReadAllBytes(file), ReportLimits.Default) is DecodeResult.Decoded decoded)
                reasons.AddRange(decoded.Reports.SelectMany(static report => report.Policies).SelectMany(static policy => policy.Details).Select(static detail => detail.FailureReasonCode).OfType<string>());
        }

        Assert.NotEmpty(reasons);
        Assert.DoesNotContain(reasons, static reason => Explanations.OfReason(reason) is null);
    }
}
