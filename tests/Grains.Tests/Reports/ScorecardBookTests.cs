using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

public sealed class ScorecardBookTests
{
    [Fact]
    public void Apply_MoreHostsThanTheCap_KeepsTheTotalsUnderOther()
    {
        var state = new ScorecardState();
        for (var i = 0; i < ScorecardBook.MaxFailures * 3; i++)
            state = Counted(state, Contribution($"id{i}", "Org", [new FailureCount(PolicyTypes.Sts, ResultTypes.CertificateExpired, $"mx{i}.example", 2)]));
        var day = Assert.Single(state.Days).Value;
        Assert.True(day.Failures.Length <= ScorecardBook.MaxFailures + 1);
        Assert.Equal(ScorecardBook.MaxFailures * 3 * 2, day.Failures.Sum(failure => failure.Failed));
        Assert.Contains(day.Failures, failure => failure.MxHost == ScorecardBook.Other && failure.ResultType == ResultTypes.CertificateExpired);
    }

    [Fact]
    public void Apply_MoreResultTypesThanTheCap_StaysBoundedWithAllCounts()
    {
        var failures = Enumerable.Range(0, ScorecardBook.MaxFailures * 4).Select(i => new FailureCount(PolicyTypes.Sts, $"x-{i}", null, 1)).ToArray();
        var state = Counted(new ScorecardState(), Contribution("id", "Org", failures));
        var day = Assert.Single(state.Days).Value;
        Assert.True(day.Failures.Length <= (2 * ScorecardBook.MaxFailures) + 1);
        Assert.Equal(failures.Length, day.Failures.Sum(failure => failure.Failed));
    }

    [Fact]
    public void Apply_MoreOrganizationsThanTheCap_KeepsTheTotalsUnderOther()
    {
        var state = new ScorecardState();
        for (var i = 0; i < ScorecardBook.MaxOrganizations + 50; i++)
            state = Counted(state, Contribution($"id{i}", $"Org {i}", []));
        var day = Assert.Single(state.Days).Value;
        Assert.Equal(ScorecardBook.MaxOrganizations + 1, day.Organizations.Length);
        Assert.Equal(50, day.Organizations.Single(o => o.Organization == ScorecardBook.Other).Reports);
        Assert.Equal(day.Reports, day.Organizations.Sum(o => o.Reports));
    }

    [Fact]
    public void Apply_HugeCounts_SaturateAndStayPositive()
    {
        var state = new ScorecardState();
        for (var i = 0; i < 3; i++)
            state = Counted(state, Contribution($"id{i}", "Org", []) with { Sessions = new SessionTotals(SessionCount.Maximum, SessionCount.Maximum) });
        var day = Assert.Single(state.Days).Value;
        Assert.Equal((SessionCount.Maximum, SessionCount.Maximum), (day.Successful, day.Failed));
    }

    [Fact]
    public void Apply_SameIdentity_ChangesNothingAndSaysWhy()
    {
        var first = Contribution("id", "Org", []);
        var state = Counted(new ScorecardState(), first);
        Assert.Equal((state, ApplyOutcome.AlreadyCountedFromThisEnvelope), ScorecardBook.Apply(state, first));
        Assert.Equal((state, ApplyOutcome.Duplicate), ScorecardBook.Apply(state, first with { EnvelopeId = "rp-2" }));
        Assert.Equal((state, ApplyOutcome.Conflict), ScorecardBook.Apply(state, first with { EnvelopeId = "rp-2", ContentHash = "other" }));
    }

    private static ScorecardState Counted(ScorecardState state, ScorecardContribution contribution)
    {
        var (next, outcome) = ScorecardBook.Apply(state, contribution);
        Assert.Equal(ApplyOutcome.Counted, outcome);
        return next;
    }

    private static ScorecardContribution Contribution(string identity, string organization, FailureCount[] failures) => new()
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
