using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Mx;

public sealed class MxRulesTests
{
    private const string Host = "mx.example.com";
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly MxCertificateFacts Good = new(Now.AddDays(-10), Now.AddDays(80), IsTrusted: true, NamesHost: true);
    private static readonly MxSession Fine = new(MxOutcome.Encrypted, Good, DaneMatch.Matched);

    /// <summary>Every outcome without a certificate, and what a sender under an enforced policy reports of it.</summary>
    [Theory]
    [InlineData(MxOutcome.NotTried, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.PrivateAddress, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.NoAnswer, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.NoRoute, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.Refused, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.Silent, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.Closed, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.NotSmtp, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.Rejected, SenderAction.Unknown, null)]
    [InlineData(MxOutcome.NoStarttls, SenderAction.Refuses, "starttls-not-supported")]
    [InlineData(MxOutcome.StarttlsRefused, SenderAction.Refuses, "starttls-not-supported")]
    [InlineData(MxOutcome.TlsFailed, SenderAction.Refuses, "validation-failure")]
    [InlineData(MxOutcome.TlsTooOld, SenderAction.Refuses, "validation-failure")]
    [InlineData(MxOutcome.Encrypted, SenderAction.Refuses, "validation-failure")]
    public void MtaSts_Outcome_IsWhatTheSenderDoes(MxOutcome outcome, SenderAction action, string? type)
    {
        var verdict = MtaSts(new MxSession(outcome));
        Assert.Equal((action, type), (verdict.Action, verdict.ResultType));
        Assert.True(type is null || ResultTypes.IsKnown(type));
    }

    /// <summary>RFC 8461 §4.2, in its order: of several faults the first is reported.</summary>
    [Fact]
    public void MtaSts_Certificate_IsJudgedInTheOrderOfTheRfc()
    {
        var bad = new MxCertificateFacts(Now.AddDays(-90), Now, IsTrusted: false, NamesHost: false);
        Is(MxReason.CertificateExpired, "certificate-expired", bad);
        Is(MxReason.CertificateNotYetValid, "certificate-not-trusted", bad with { NotBefore = Now.AddTicks(1), NotAfter = Now.AddDays(1) });
        bad = bad with { NotAfter = Now.AddTicks(1) };
        Is(MxReason.CertificateNotTrusted, "certificate-not-trusted", bad);
        Is(MxReason.CertificateForOtherName, "certificate-host-mismatch", bad with { IsTrusted = true });
        Assert.Equal(new MxVerdict(SenderAction.Delivers), MtaSts(Fine));

        static void Is(MxReason reason, string type, MxCertificateFacts certificate) =>
            Assert.Equal(new MxVerdict(SenderAction.Refuses, reason, type), MtaSts(new MxSession(MxOutcome.Encrypted, certificate)));
    }

    [Theory]
    [InlineData("mx.example.com", true)]
    [InlineData("*.example.com", true)]
    [InlineData("mx2.example.com", false)]
    [InlineData("*.mx.example.com", false)]
    public void MtaSts_HostThatNoPatternAdmits_IsRefusedWhateverItShows(string pattern, bool admitted)
    {
        var verdict = MxRules.MtaSts(Host, [MxPattern.Parse("other.example.net"), MxPattern.Parse(pattern)], [Fine], Now);
        Assert.Equal(admitted ? new MxVerdict(SenderAction.Delivers) : new MxVerdict(SenderAction.Refuses, MxReason.NotInPolicy, "validation-failure"), verdict);
    }

    [Fact]
    public void MtaSts_AddressesThatDiffer_AreJudgedTogether()
    {
        var down = new MxSession(MxOutcome.NoAnswer);
        var plain = new MxSession(MxOutcome.NoStarttls);
        Assert.Equal(SenderAction.Delivers, MtaSts(down, Fine).Action);
        Assert.Equal(SenderAction.Unknown, MtaSts(down, down).Action);
        Assert.Equal(SenderAction.Refuses, MtaSts(down, plain).Action);
        Assert.Equal(new MxVerdict(SenderAction.DeliversPartly, MxReason.NoStarttls, "starttls-not-supported"), MtaSts(Fine, plain));
        Assert.Equal(new MxVerdict(SenderAction.Unknown, MxReason.NoSession), MtaSts());
    }

    [Theory]
    [InlineData(TlsaState.NotValidated, SenderAction.Unknown, MxReason.NotValidated, null)]
    [InlineData(TlsaState.Insecure, SenderAction.NotApplicable, MxReason.NoTlsa, null)]
    [InlineData(TlsaState.None, SenderAction.NotApplicable, MxReason.NoTlsa, null)]
    [InlineData(TlsaState.Failed, SenderAction.Refuses, MxReason.TlsaLookupFailed, "dnssec-invalid")]
    [InlineData(TlsaState.Present, SenderAction.Delivers, MxReason.None, null)]
    public void Dane_StateOfTheRecords_SaysWhetherItApplies(TlsaState state, SenderAction action, MxReason reason, string? type) =>
        Assert.Equal(new MxVerdict(action, reason, type), MxRules.Dane(state, [Fine]));

    /// <summary>RFC 7672 §2.2: without a usable record a sender still insists on STARTTLS.</summary>
    [Theory]
    [InlineData(MxOutcome.Encrypted, DaneMatch.Matched, SenderAction.Delivers, MxReason.None, null)]
    [InlineData(MxOutcome.Encrypted, DaneMatch.NoneUsable, SenderAction.Delivers, MxReason.TlsaNotUsable, "tlsa-invalid")]
    [InlineData(MxOutcome.Encrypted, DaneMatch.NotMatched, SenderAction.Refuses, MxReason.TlsaNotMatched, "tlsa-invalid")]
    [InlineData(MxOutcome.Encrypted, DaneMatch.OtherName, SenderAction.Refuses, MxReason.CertificateForOtherName, "certificate-host-mismatch")]
    [InlineData(MxOutcome.Encrypted, DaneMatch.Expired, SenderAction.Refuses, MxReason.CertificateExpired, "certificate-expired")]
    [InlineData(MxOutcome.NoStarttls, null, SenderAction.Refuses, MxReason.NoStarttls, "starttls-not-supported")]
    [InlineData(MxOutcome.TlsTooOld, null, SenderAction.Refuses, MxReason.NoTls, "validation-failure")]
    [InlineData(MxOutcome.NoAnswer, null, SenderAction.Unknown, MxReason.NoSession, null)]
    public void Dane_RecordsPresent_AreComparedWithTheSession(MxOutcome outcome, DaneMatch? match, SenderAction action, MxReason reason, string? type) =>
        Assert.Equal(new MxVerdict(action, reason, type), MxRules.Dane(TlsaState.Present, [new MxSession(outcome, outcome == MxOutcome.Encrypted ? Good with { IsTrusted = false } : null, match)]));

    private static MxVerdict MtaSts(params MxSession[] sessions) => MxRules.MtaSts(Host, [MxPattern.Parse(Host)], sessions, Now);
}
