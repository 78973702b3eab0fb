using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

public sealed class ScorecardRulesTests
{
    [Fact]
    public void Apply_MoreHostsThanTheCap_KeepsTheTotalsUnderOther()
    {
        var failures = Enumerable.Range(0, 3 * ScorecardRules.MaxMxHosts).Select(i => new FailureCount(PolicyTypes.Sts, ResultTypes.CertificateExpired, $"mx{i}.example", 2)).ToArray();
        var day = Counted(new ScorecardDayState(), Contribution("id", "Org", failures)).Sums;
        Assert.Equal(ScorecardRules.MaxMxHosts + 1, day.Failures.Length);
        Assert.Equal(3 * ScorecardRules.MaxMxHosts * 2, day.Failures.Sum(failure => failure.Failed));
        Assert.Contains(day.Failures, failure => failure.MxHost == Capped.Other && failure.ResultType == ResultTypes.CertificateExpired);
    }

    [Fact]
    public void Apply_MoreNetworksThanTheCap_KeepsHostsAndTotals()
    {
        var failures = Enumerable.Range(0, 2 * ScorecardRules.MaxNetworks).Select(i => new FailureCount(PolicyTypes.Sts, ResultTypes.CertificateExpired, "mx1.example", 1) { Network = $"10.{i / 256}.{i % 256}.0/24" }).ToArray();
        var day = Counted(new ScorecardDayState(), Contribution("id", "Org", failures)).Sums;
        Assert.Equal(ScorecardRules.MaxNetworks, day.Failures.Single(failure => failure.Network == Capped.Other).Failed);
        Assert.All(day.Failures, failure => Assert.Equal("mx1.example", failure.MxHost));
    }

    [Fact]
    public void Apply_MoreResultTypesThanTheCap_StaysBoundedWithAllCounts()
    {
        var failures = Enumerable.Range(0, ScorecardRules.MaxFailures * 4).Select(i => new FailureCount(PolicyTypes.Sts, $"x-{i}", null, 1)).ToArray();
        var day = Counted(new ScorecardDayState(), Contribution("id", "Org", failures)).Sums;
        Assert.Equal(ScorecardRules.MaxResultTypes + 1, day.Failures.Length);
        Assert.Equal(failures.Length, day.Failures.Sum(failure => failure.Failed));
    }

    [Fact]
    public void Apply_MoreOrganizationsThanTheCap_KeepsTheTotalsUnderOther()
    {
        var state = new ScorecardDayState();
        for (var i = 0; i < ScorecardRules.MaxOrganizations + 50; i++)
            state = Counted(state, Contribution($"id{i}", $"Org {i}", []));
        var day = state.Sums;
        Assert.Equal(ScorecardRules.MaxOrganizations + 1, day.Organizations.Length);
        Assert.Equal(50, day.Organizations.Single(o => o.Organization == SendingOrganizations.OtherClaimed).Reports);
        Assert.Equal(day.Reports, day.Organizations.Sum(o => o.Reports));
        Assert.Equal(day.Reports, day.Senders.Sum(sender => sender.Successful));
    }

    [Fact]
    public void Apply_MoreReasonsAndPoliciesThanTheCaps_KeepsTheTotalsUnderOther()
    {
        var state = new ScorecardDayState();
        for (var i = 0; i < 2 * ScorecardRules.MaxReasons; i++)
        {
            state = Counted(state, Contribution($"id{i}", "Org", []) with
            {
                Reasons = [new ReasonCount(ResultTypes.ValidationFailure, $"reason {i}", 1)],
                Policies = [new AppliedPolicy($"mode: made up {i}", 1, 0)],
                Sessions = new SessionTotals(1, 1),
            });
        }
        Assert.Equal(ScorecardRules.MaxUnsignedReasons + 1, state.Sums.Reasons.Length);
        Assert.Equal(2 * ScorecardRules.MaxReasons, state.Sums.Reasons.Sum(reason => reason.Failed));
        Assert.Equal(ScorecardRules.MaxUnsignedPolicyTexts + 1, state.Sums.Policies.Length);
        Assert.Equal(2 * ScorecardRules.MaxReasons, state.Sums.Policies.Sum(policy => policy.Reports));
        // Whoever signs is not crowded out by them.
        for (var i = 0; i < 2 * ScorecardRules.MaxPolicyTexts; i++)
            state = Counted(state, Contribution($"signed{i}", "Org", []) with { Dkim = DkimVerdict.Pass, Policies = [new AppliedPolicy($"mode: real {i}", 1, 0)] });
        Assert.Contains(state.Sums.Policies, policy => policy.Lines == "mode: real 0");
        Assert.Equal(ScorecardRules.MaxPolicyTexts + 1, state.Sums.Policies.Select(policy => policy.Lines).Distinct().Count());
    }

    [Fact]
    public void Apply_SignedAfterUnsignedOfTheSameName_CountsItAndOnlyIt()
    {
        var state = Counted(new ScorecardDayState(), Contribution("id", "Org", []) with { EnvelopeId = "rp-forged" });
        var signed = Contribution("id", "Org", []) with { EnvelopeId = "rp-signed", ContentHash = "other", Dkim = DkimVerdict.Pass };
        state = Counted(state, signed);
        Assert.Equal("rp-forged", state.Tail[1].Entry!.Contradicts);
        Assert.Equal(ApplyOutcome.AlreadyCountedFromThisEnvelope, ScorecardRules.Apply(state, signed, _ => []).Outcome);
        foreach (var dkim in new[] { DkimVerdict.Pass, DkimVerdict.NotMail })
            Assert.Equal(ApplyOutcome.Conflict, ScorecardRules.Apply(state, signed with { EnvelopeId = "rp-third", ContentHash = "third", Dkim = dkim }, _ => []).Outcome);
    }

    [Fact]
    public void Apply_HugeCounts_SaturateAndStayPositive()
    {
        var state = new ScorecardDayState();
        for (var i = 0; i < 3; i++)
            state = Counted(state, Contribution($"id{i}", "Org", []) with { Sessions = new SessionTotals(SessionCount.Maximum, SessionCount.Maximum) });
        Assert.Equal((SessionCount.Maximum, SessionCount.Maximum), (state.Sums.Successful, state.Sums.Failed));
    }

    [Fact]
    public void Apply_SameIdentity_CountsNothingAndSaysWhy()
    {
        var first = Contribution("id", "Org", []);
        var state = Counted(new ScorecardDayState(), first);
        var other = first with { EnvelopeId = "rp-2" };
        Assert.Equal((state, ApplyOutcome.AlreadyCountedFromThisEnvelope), ScorecardRules.Apply(state, first, _ => []));

        var (copied, outcome) = ScorecardRules.Apply(state, other, _ => []);
        Assert.Equal((state.Sums, ApplyOutcome.Duplicate), (copied.Sums, outcome));
        Assert.Equal(["rp-2"], copied.Copies);
        Assert.Equal((copied, ApplyOutcome.Duplicate), ScorecardRules.Apply(copied, other, _ => []));
        Assert.Equal(ApplyOutcome.Conflict, ScorecardRules.Apply(state, other with { ContentHash = "other" }, _ => []).Outcome);
    }

    [Fact]
    public void Apply_CountedInAPageBefore_CountsNothing()
    {
        var (state, outcome) = ScorecardRules.Apply(new ScorecardDayState(), Contribution("id", "Org", []), _ => [new KnownReport("content", "rp-0")]);
        Assert.Equal((0, ApplyOutcome.Duplicate), (state.Sums.Reports, outcome));
    }

    [Fact]
    public void Apply_DetailsThatDisagreeWithTheSummary_KeepsBothNumbersAndSaysSo()
    {
        var report = Contribution("id", "Org", [new FailureCount(PolicyTypes.Sts, ResultTypes.CertificateExpired, null, 7)]) with
        {
            ByPolicyType = [new PolicyTypeTotals(PolicyTypes.Sts, 1, 5) { FailedInDetails = 7 }],
        };
        var state = Counted(new ScorecardDayState(), report);
        Assert.Equal(1, state.Sums.Disagreeing);
        Assert.Equal((5, 7), (state.Sums.Types[0].Failed, state.Sums.Types[0].FailedInDetails));
        Assert.Equal(7, state.Tail[0].Entry!.FailedInDetails);
    }

    [Theory]
    [InlineData(0, 24 * 3600, false)]
    [InlineData(0, (24 * 3600) - 1, false)]
    [InlineData(3600, 25 * 3600, true)]
    [InlineData(0, 7 * 24 * 3600, true)]
    [InlineData(0, 3600, true)]
    public void Apply_RangeOtherThanOneUtcDay_IsCountedByItsStartAndFlagged(int from, int to, bool flagged)
    {
        var state = Counted(new ScorecardDayState(), Contribution("id", "Org", []) with { Start = Reported.Day.AddSeconds(from), End = Reported.Day.AddSeconds(to) });
        Assert.Equal((flagged ? 1 : 0, flagged), (state.Sums.OtherRanges, state.Tail[0].Entry!.OtherRange));
    }

    [Fact]
    public void Apply_AfterTheDayWasComplete_OpensItAgain()
    {
        var late = Reported.Day + ReportDays.CompleteAfter + TimeSpan.FromMinutes(1);
        var state = Counted(new ScorecardDayState(), Contribution("a", "Org", []) with { ReceivedAt = late });
        Assert.Null(state.Sums.ToDay(default).ReopenedAt); // It never was complete.
        state = Counted(state, Contribution("b", "Org", []));
        Assert.Equal(late, state.Sums.ToDay(default).ReopenedAt);
        Assert.Equal(1, state.Sums.Late);
    }

    internal static ScorecardDayState Counted(ScorecardDayState state, ScorecardContribution contribution)
    {
        var (next, outcome) = ScorecardRules.Apply(state, contribution, _ => []);
        Assert.Equal(ApplyOutcome.Counted, outcome);
        return next;
    }

    internal static ScorecardContribution Contribution(string identity, string organization, FailureCount[] failures) => new()
    {
        Identity = identity,
        ContentHash = "content",
        EnvelopeId = "rp-1",
        Organization = organization,
        ReportId = identity,
        Start = Reported.Day,
        End = Reported.Day.AddDays(1),
        ReceivedAt = Reported.Day.AddDays(1),
        Source = "source.https",
        Sessions = new SessionTotals(1, failures.Sum(failure => failure.Failed)),
        ByPolicyType = [new PolicyTypeTotals(PolicyTypes.Sts, 1, 0)],
        Failures = failures,
    };
}
