using CsCheck;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What holds of a day whatever reports come, and in whatever order.</summary>
public sealed class ScorecardProperties
{
    private static readonly Gen<FailureCount> Failure =
        from policy in OneOf(PolicyTypes.Sts, PolicyTypes.Tlsa)
        from type in OneOf(ResultTypes.CertificateExpired, ResultTypes.ValidationFailure, "x-new")
        from mx in OneOf<string?>("mx1.example", "mx2.example", null)
        from network in OneOf<string?>("192.0.2.0/24", "2001:db8::/48", null)
        from failed in Gen.Long[0, 1_000]
        select new FailureCount(policy, type, mx, failed) { Network = network };

    private static readonly Gen<ScorecardContribution> Report =
        from organization in OneOf("Bigmail", "Officepost", "Mailcove")
        from failures in Failure.Array[0, 6]
        from successful in Gen.Long[0, 1_000]
        from failed in Gen.Long[0, 1_000]
        from hours in Gen.Int[20, 80]
        from policy in OneOf("", "mode: testing", "mode: enforce")
        select ScorecardRulesTests.Contribution("", organization, failures) with
        {
            Sessions = new SessionTotals(successful, failed),
            ByPolicyType = [.. new[] { PolicyTypes.Sts, PolicyTypes.Tlsa }.Select(type => new PolicyTypeTotals(type, successful, failed) { FailedInDetails = failures.Where(failure => failure.PolicyType == type).Sum(failure => failure.Failed) })],
            ReceivedAt = Reported.Day.AddHours(hours),
            Reasons = [.. failures.Select(failure => new ReasonCount(failure.ResultType, "because", failure.Failed))],
            Policies = [new AppliedPolicy(policy, successful, failed)],
        };

    private static readonly Gen<ScorecardContribution[]> Reports = Report.Array[0, 30].Select(reports => reports.Select((report, i) => report with { Identity = $"id{i}", EnvelopeId = $"rp-{i}" }).ToArray());

    [Fact]
    public void Apply_AnyOrder_MakesTheSameDay() =>
        (from reports in Reports from order in Gen.Shuffle(reports) select (reports, order))
            .Sample(both => Assert.Equal(Canonical(All(both.reports)), Canonical(All(both.order))));

    [Fact]
    public void Apply_AnyReports_LosesNoSession() => Reports.Sample(reports =>
    {
        var day = All(reports).Sums;
        Assert.Equal(reports.Sum(report => report.Sessions.Successful), day.Successful);
        Assert.Equal(reports.Sum(report => report.Sessions.Failed), day.Organizations.Sum(organization => organization.Failed));
        Assert.Equal(reports.Sum(Told), FailureTotals.Sum(day.Failures));
        Assert.InRange(day.Reasons.Sum(reason => reason.Failed), 0, reports.Sum(report => report.Reasons.Sum(reason => reason.Failed)));
        Assert.Equal(reports.Length, day.Policies.Sum(policy => policy.Reports));
        Assert.Equal(day.Types.Sum(type => type.Successful), day.Senders.Sum(sender => sender.Successful));
        Assert.Equal(reports.Count(report => report.ByPolicyType.Any(type => type.Failed != type.FailedInDetails)), day.Disagreeing);
    });

    /// <summary>Repeats, from the same envelope or another, anywhere among the others.</summary>
    [Fact]
    public void Apply_Repeated_CountsOnce() =>
        (from reports in Reports from again in Gen.Shuffle<ScorecardContribution>((ScorecardContribution[])[.. reports, .. reports.Select(report => report with { EnvelopeId = report.EnvelopeId + "-again" }), .. reports]) select (reports, again))
            .Sample(both => Assert.Equal(Canonical(All(both.reports)), Canonical(All(both.again))));

    /// <summary>Names without end, as an attacker with a token would send them: the row stays bounded and every session is still there.</summary>
    [Fact]
    public void Apply_NamesWithoutEnd_StaysBounded()
    {
        var random = new Random(8460);
        var state = new ScorecardDayState();
        var failed = 0L;
        for (var i = 0; i < 40; i++)
        {
            var failures = Enumerable.Range(0, 60).Select(_ => new FailureCount(Name("p", 40), Name("t", 400), Name("mx", 4_000), 1) { Network = Name("n", 4_000) }).ToArray();
            failed += failures.Length;
            state = ScorecardRulesTests.Counted(state, ScorecardRulesTests.Contribution($"id{i}", Name("o", 4_000), failures));
        }
        Assert.Equal(failed, state.Sums.Failures.Sum(failure => failure.Failed));
        Assert.InRange(state.Sums.Failures.Length, 1, ScorecardRules.MaxFailures + ((ScorecardRules.MaxResultTypes + 1) * (ScorecardRules.MaxPolicyTypes + 1)));

        string Name(string prefix, int of) => prefix + Reported.Number(random.Next(of));
    }

    private static long Told(ScorecardContribution report) => SessionCount.FailedIn(report.ByPolicyType.Select(type => new FailedPart(type.PolicyType, type.FailedInDetails, type.Failed)));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static ScorecardDayState All(IEnumerable<ScorecardContribution> reports) =>
        reports.Aggregate(new ScorecardDayState(), (state, report) => ScorecardRules.Apply(state, report, _ => []).State);

    /// <summary>The sums with their rows in order: in which order they were first met means nothing.</summary>
    private static string Canonical(ScorecardDayState state) => System.Text.Json.JsonSerializer.Serialize(state.Sums with
    {
        Types = [.. state.Sums.Types.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        Organizations = [.. state.Sums.Organizations.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        Failures = [.. state.Sums.Failures.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        Senders = [.. state.Sums.Senders.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        Reasons = [.. state.Sums.Reasons.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        Policies = [.. state.Sums.Policies.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
    });
}
