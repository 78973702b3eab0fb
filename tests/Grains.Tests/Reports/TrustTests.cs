using CsCheck;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What reports that nobody vouches for can do to a day: neither take a name, nor push a genuine row away, nor stay when they are excluded.</summary>
public sealed class TrustTests
{
    [Theory]
    [InlineData("Google Inc.", "source.smtp", DkimVerdict.Pass, "google.com", "Google Inc. (google.com)", false)]
    [InlineData("Google Inc.", "source.smtp", DkimVerdict.Pass, "evil.example", "Google Inc. (evil.example)", false)]
    [InlineData("Google Inc.", "source.https", DkimVerdict.NotMail, null, "claimed: Google Inc. (not verified)", true)]
    [InlineData("Microsoft Corporation", "source.smtp", DkimVerdict.None, null, "claimed: Microsoft Corporation (not verified)", true)]
    [InlineData("Mail.ru", "source.smtp", DkimVerdict.NotAligned, "corp.mail.ru", "claimed: Mail.ru (not verified)", true)]
    [InlineData("Google Inc. (google.com)", "source.https", DkimVerdict.NotMail, null, "claimed: Google Inc. (google.com) (not verified)", true)]
    [InlineData("Google Inc. (google.com)", "source.upload", DkimVerdict.NotMail, null, "Google Inc. (google.com) (uploaded)", false)]
    [InlineData("Google Inc.", "source.upload", DkimVerdict.NotMail, null, "Google Inc.", false)]
    [InlineData("claimed: X (not verified)", "source.smtp", DkimVerdict.Pass, "x.example", "claimed: X (not verified) (x.example)", false)]
    [InlineData("(other)", "source.https", DkimVerdict.NotMail, null, SendingOrganizations.OtherClaimed, true)]
    public void Row_OfAName_IsItsOwnForItsVerifiedSignerAlone(string name, string source, DkimVerdict verdict, string? signedBy, string row, bool isClaimed)
    {
        Assert.Equal(row, SendingOrganizations.Row(name, source, verdict, signedBy));
        Assert.Equal(isClaimed, SendingOrganizations.IsClaimed(row));
    }

    [Fact]
    public void Apply_OneNameSignedAndNot_AreTwoRowsWithTheirSigner()
    {
        var state = ScorecardRulesTests.Counted(new ScorecardDayState(), Unsigned("a", "Bigmail"));
        state = ScorecardRulesTests.Counted(state, Signed("b", "Bigmail", "bigmail.example"));
        state = ScorecardRulesTests.Counted(state, Signed("c", "Bigmail", "evil.example"));
        Assert.Equal(
            [("claimed: Bigmail (not verified)", null, "Bigmail"), ("Bigmail (bigmail.example)", "bigmail.example", "Bigmail"), ("Bigmail (evil.example)", "evil.example", "Bigmail")],
            state.Sums.Organizations.Select(row => (row.Organization, row.Signer, row.ClaimedName!)));
    }

    /// <summary>Whatever kinds forged reports fill, before or after: the genuine report has its own rows.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_ForgedKindsWithoutEnd_PushNoGenuineRowIntoOther(bool forgedFirst)
    {
        var forged = Enumerable.Range(0, 700).Select(i => Unsigned($"f{i}", $"Org {i}", new FailureCount($"type-{i}", $"x-{i}", $"mx{i}.example", 1) { Network = $"10.{i / 256}.{i % 256}.0/24" }) with
        {
            ByPolicyType = [new PolicyTypeTotals($"type-{i}", 1, 1) { FailedInDetails = 1 }],
            Reasons = [new ReasonCount($"x-{i}", $"reason {i}", 1)],
            Policies = [new AppliedPolicy($"mode: {i}", 1, 1)],
        });
        var genuine = Signed("genuine", "Bigmail", "bigmail.example", new FailureCount("sts", ResultTypes.CertificateExpired, "mx.harbour.example", 3) { Network = "192.0.2.0/24" }, new FailureCount("x-own", ResultTypes.StarttlsNotSupported, null, 2)) with
        {
            ByPolicyType = [new PolicyTypeTotals(PolicyTypes.Sts, 4, 3) { FailedInDetails = 3 }, new PolicyTypeTotals("x-own", 4, 2) { FailedInDetails = 2 }],
            Reasons = [new ReasonCount(ResultTypes.CertificateExpired, "certificate has expired", 3)],
            Policies = [new AppliedPolicy("mode: enforce", 4, 3)],
        };
        var day = (forgedFirst ? forged.Append(genuine) : forged.Prepend(genuine)).Aggregate(new ScorecardDayState(), ScorecardRulesTests.Counted).Sums;

        Assert.Contains(day.Organizations, row => row is { Organization: "Bigmail (bigmail.example)", Reports: 1 });
        Assert.Contains(day.Failures, row => row is { ResultType: ResultTypes.CertificateExpired, MxHost: "mx.harbour.example", Network: "192.0.2.0/24", PolicyType: PolicyTypes.Sts, Failed: 3 });
        Assert.Contains(day.Failures, row => row is { ResultType: ResultTypes.StarttlsNotSupported, PolicyType: "x-own", Failed: 2 });
        Assert.Contains(day.Types, row => row is { PolicyType: "x-own", Failed: 2 });
        Assert.Contains(day.Reasons, row => row is { Reason: "certificate has expired", Failed: 3 });
        Assert.Contains(day.Policies, row => row is { Organization: "Bigmail (bigmail.example)", Lines: "mode: enforce" });
        Assert.DoesNotContain(day.Organizations, row => row.Organization == ScorecardDay.Other);
        Assert.Equal(ScorecardRules.MaxOrganizations + 2, day.Organizations.Length);
        Assert.InRange(day.Types.Length, 1, ScorecardRules.MaxPolicyTypes + 1);
    }

    /// <summary>Anybody can sign: with any names, with any number of names below a domain of his own, with failures of any kind. The genuine rows stay all the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_SignedByOneForgerWithoutEnd_PushesNoGenuineRowIntoOther(bool eachWithItsOwnName)
    {
        var forged = Enumerable.Range(0, 700).Select(i => Signed($"f{i}", $"Org {i}", eachWithItsOwnName ? $"s{i}.evil.example" : "evil.example",
            new FailureCount($"type-{i}", $"x-{i}", $"mx{i}.example", 1) { Network = $"10.{i / 256}.{i % 256}.0/24" }));
        var genuine = Signed("genuine", "Bigmail", "bigmail.test", new FailureCount("sts", ResultTypes.CertificateExpired, "mx.harbour.example", 3) { Network = "192.0.2.0/24" });
        var day = forged.Append(genuine).Aggregate(new ScorecardDayState(), ScorecardRulesTests.Counted).Sums;
        Assert.Contains(day.Organizations, row => row is { Organization: "Bigmail (bigmail.test)", Reports: 1 });
        Assert.Contains(day.Failures, row => row is { ResultType: ResultTypes.CertificateExpired, MxHost: "mx.harbour.example", Network: "192.0.2.0/24", Organization: "Bigmail (bigmail.test)", Failed: 3 });
        Assert.Equal((703, 701), (day.Failures.Sum(row => row.Failed), day.Organizations.Sum(row => row.Reports)));
        Assert.InRange(day.Organizations.Length, 2, ScorecardRules.MaxOrganizationsOfZone + 2);
    }

    [Theory]
    [InlineData("Bigmail (bigmail.example)", "bigmail.example")]
    [InlineData("Bigmail (a.b.bigmail.example)", "bigmail.example")]
    [InlineData("Bigmail (GmbH) (localhost)", "localhost")]
    [InlineData("claimed: Bigmail (bigmail.example) (not verified)", null)]
    [InlineData("Bigmail (bigmail.example) (uploaded)", null)]
    [InlineData("Bigmail", null)]
    [InlineData("(other)", null)]
    [InlineData("(other) (evil.example)", "evil.example")]
    public void ZoneOf_ARow_IsThatOfItsSigner(string row, string? zone) => Assert.Equal(zone, SendingOrganizations.ZoneOf(row));

    [Fact]
    public void Of_Senders_TellsVouchedForAndClaimedApart()
    {
        var sum = TrustedSessions.Of(
        [
            new SenderTotals("Bigmail (bigmail.example)", PolicyTypes.Sts, 10, 1),
            new SenderTotals("claimed: Bigmail (not verified)", PolicyTypes.Sts, 1_000_000, 0),
            new SenderTotals(SendingOrganizations.OtherClaimed, PolicyTypes.Sts, 5, 0),
            new SenderTotals(ScorecardDay.Other, PolicyTypes.Sts, 7, 0),
            new SenderTotals("Bigmail (evil.example)", PolicyTypes.Sts, 1, 0),
            new SenderTotals("Bigmail (evil.example)", PolicyTypes.Sts, 2, 0),
        ]);
        Assert.Equal(["Bigmail (bigmail.example)", ScorecardDay.Other, "Bigmail (evil.example)"], sum.Organizations.Select(row => row.Organization));
        Assert.Equal((new SessionTotals(20, 1), new SessionTotals(1_000_005, 0)), (sum.VouchedFor, sum.Claimed));
    }

    [Theory]
    [InlineData(Attribution.MostSessions, false)]
    [InlineData(Attribution.MostSessions + 1, true)]
    [InlineData(1_000_000_000_000, true)]
    [InlineData(SessionCount.Maximum, true)]
    public async Task Of_MoreSessionsThanAnySenderHas_IsNotCounted(long sessions, bool isImplausible)
    {
        foreach (var policy in new[] { Reported.Policy("harbour.example", sessions), Reported.Policy("harbour.example", 0, PolicyTypes.Sts, (ResultTypes.ValidationFailure, null, sessions)) })
        {
            var attributed = await FailureTablesTests.Attribute(Reported.Report("r", policy));
            Assert.Equal((isImplausible ? 0 : 1, isImplausible), (attributed.Contributions.Count, attributed.Refused is [{ Code: QuarantineCodes.ImplausibleCount }]));
        }
    }

    /// <summary>Any reports, any of them excluded and taken back in any order: the sums are those of the reports that are left, and of all in the end.</summary>
    [Fact]
    public void Recount_AnyExclusions_IsTheDayOfTheReportsThatAreLeft() => Gen.Select(Gen.Bool.Array[0, 40], Gen.Bool.Array[0, 40]).Sample((signed, excluded) =>
    {
        var reports = signed.Select((isSigned, i) => isSigned ? Signed($"id{i}", $"Org {i % 5}", $"org{i % 3}.example", Failure(i)) : Unsigned($"id{i}", $"Org {i % 4}", Failure(i), Failure(i + 1)))
            .Select((report, i) => report with { EnvelopeId = $"rp-{i}" }).ToArray();
        var all = reports.Aggregate(new ScorecardDayState(), ScorecardRulesTests.Counted);
        var byIdentity = reports.ToDictionary(report => report.Identity);
        var change = LineChanges.Exclusion(new ReportFilter(), new ReportExclusion("me", Reported.Day, "forged"));
        var marked = all.Tail.Select((report, i) => i < excluded.Length && excluded[i] ? change(report) : report).ToArray();

        var left = ScorecardRules.Recount(new DayState(), marked, report => byIdentity[report.Identity]);
        var expected = reports.Where((_, i) => !(i < excluded.Length && excluded[i])).Aggregate(new ScorecardDayState(), ScorecardRulesTests.Counted).Sums;
        Assert.Equal(Text(expected with { Excluded = marked.Count(report => report.Entry!.Excluded is not null) }), Text(left));

        var back = marked.Select(LineChanges.Return(new ReportFilter(), marked).Change).ToArray();
        Assert.Equal(Text(all.Sums), Text(ScorecardRules.Recount(new DayState(), back, report => byIdentity[report.Identity])));
    });

    [Fact]
    public void Apply_GenuineAfterAnExcludedForgery_IsCounted()
    {
        var state = ScorecardRulesTests.Counted(new ScorecardDayState(), Unsigned("id", "Bigmail") with { EnvelopeId = "rp-forged" });
        var genuine = Unsigned("id", "Bigmail") with { EnvelopeId = "rp-genuine", ContentHash = "genuine" };
        Assert.Equal(ApplyOutcome.Conflict, ScorecardRules.Apply(state, genuine, _ => []).Outcome);
        state = state with { Tail = [.. state.Tail.Select(LineChanges.Exclusion(new ReportFilter { Envelope = "rp-forged" }, new ReportExclusion("me", Reported.Day, "forged")))] };
        Assert.Equal(ApplyOutcome.Duplicate, ScorecardRules.Apply(state, Unsigned("id", "Bigmail") with { EnvelopeId = "rp-again" }, _ => []).Outcome); // It stays excluded.
        Assert.Equal(ApplyOutcome.Counted, ScorecardRules.Apply(state, genuine, _ => []).Outcome);
    }

    private static string Text(DayState day) => System.Text.Json.JsonSerializer.Serialize(day);

    private static FailureCount Failure(int i) => new(PolicyTypes.Sts, ResultTypes.ValidationFailure, $"mx{i % 3}.example", i % 4);

    private static ScorecardContribution Unsigned(string identity, string organization, params FailureCount[] failures) => ScorecardRulesTests.Contribution(identity, organization, failures);

    private static ScorecardContribution Signed(string identity, string organization, string signer, params FailureCount[] failures) =>
        ScorecardRulesTests.Contribution(identity, organization, failures) with { Source = "source.smtp", Dkim = DkimVerdict.Pass, SignedBy = signer };
}
