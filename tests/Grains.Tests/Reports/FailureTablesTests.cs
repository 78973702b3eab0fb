using System.Text.Json;
using CsCheck;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Host.Api;
using MtaSts.Host.Export;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Every table of failed sessions, as pages, API and exports show it, follows the rule of the headline: a session told of under several policy types is one.</summary>
public sealed class FailureTablesTests
{
    private const string Domain = "harbour.example";
    private static readonly DateOnly First = DateOnly.FromDateTime(Reported.Day.UtcDateTime);

    private static readonly Gen<FailureDetail> Detail =
        from result in OneOf(ResultTypes.CertificateExpired, ResultTypes.ValidationFailure, ResultTypes.StsPolicyFetchError)
        from mx in OneOf<string?>("mx1.harbour.example", "mx2.harbour.example", null)
        from ip in OneOf<string?>("192.0.2.7", "198.51.100.9", null)
        from reason in OneOf<string?>("because", "no reason", null)
        from count in Gen.Long[0, 12]
        select new FailureDetail { ResultType = result, ReceivingMxHostname = mx, SendingMtaIp = ip, FailureReasonCode = reason, FailedSessions = count };

    private static readonly Gen<ReportedPolicy> Policy =
        from type in OneOf(PolicyTypes.Sts, PolicyTypes.Tlsa, PolicyTypes.NoPolicyFound, "x-new")
        from successful in Gen.Long[0, 50]
        from failed in Gen.Long[0, 20]
        from details in Detail.Array[0, 5]
        select new ReportedPolicy { PolicyType = type, PolicyDomain = Domain, Successful = successful, Failed = failed, Details = details };

    private static readonly Gen<TlsReport> Report =
        from policies in Policy.Array[1, 4]
        from organization in OneOf("Bigmail", "Officepost")
        from day in Gen.Int[0, 2]
        select Reported.Report("", policies) with { OrganizationName = organization, Start = Reported.Day.AddDays(day), End = Reported.Day.AddDays(day + 1).AddSeconds(-1) };

    private static readonly Gen<TlsReport[]> Reports = Report.Array[1, 8].Select(reports => reports.Select((report, i) => report with { ReportId = Reported.Number(i) }).ToArray());

    /// <summary>What was seen: two failed sessions, each under <c>sts</c> and <c>tlsa</c>, shown as four.</summary>
    [Fact]
    public async Task Tables_SessionsUnderTwoPolicyTypes_CountEachOnce()
    {
        ReportedPolicy[] policies =
        [
            .. new[] { PolicyTypes.Sts, PolicyTypes.Tlsa }.Select(type => new ReportedPolicy
            {
                PolicyType = type,
                PolicyDomain = Domain,
                Failed = 2,
                Details = [new FailureDetail { ResultType = ResultTypes.CertificateExpired, ReceivingMxHostname = "mx1.harbour.example", SendingMtaIp = "192.0.2.7", FailureReasonCode = "because", FailedSessions = 2 }],
            }),
        ];
        var days = Days([Reported.Report("1", policies)]);
        var view = View(days);
        Assert.Equal([2, 2, 2, 2, 2, 2], new[] { view.Sessions.Failed, view.ByResultType[0].Failed, view.ByMxHost[0].Failed, view.ByNetwork[0].Failed, view.ByReason[0].Failed, view.ByOrganization[0].Failed });
        var rows = await Rows(days);
        Assert.All(rows.Where(row => row.Failed is not null), row => Assert.Equal(2, row.Failed));
        Assert.StartsWith("2026-03-01,failure,claimed: Bigmail Inc. (not verified),sts | tlsa,certificate-expired,mx1.harbour.example,192.0.2.0/24,,2,", Csv.Row(rows.Single(row => row.Kind == "failure").Cells()), StringComparison.Ordinal);
    }

    /// <summary>Under one type the host is named, under the other it is not: the sessions are no others.</summary>
    [Fact]
    public void Tables_HostNamedUnderOnePolicyTypeAlone_AreNotShownAsUnnamedToo()
    {
        var view = View(Days([Reported.Report("1", Reported.Policy(Domain, 0, PolicyTypes.Sts, (ResultTypes.StsPolicyFetchError, null, 2)), Reported.Policy(Domain, 0, PolicyTypes.Tlsa, (ResultTypes.TlsaInvalid, "mx1", 2)))]));
        Assert.Equal([("mx1", 2L)], view.ByMxHost.Select(host => (host.MxHost!, host.Failed)));
        Assert.Equal(2, FailureTotals.Sum(view.ByDay[0].Failures));
        Assert.Equal([2, 2], view.ByResultType.Select(type => type.Failed)); // One session, two kinds of failure: both are told.
    }

    [Fact]
    public void Tables_AnyReports_NoRowExceedsTheHeadline() => Reports.Sample(reports =>
    {
        var days = Days(reports);
        var view = View(days);
        AssertTables(view.ByDay.SelectMany(day => day.Failures), view.Sessions.Failed);
        Assert.All(view.ByReason, reason => Assert.InRange(reason.Failed, 0, view.Sessions.Failed));
        // What partitions the sessions adds up to no more than the headline: organisations exactly, their failures as far as details go.
        Assert.Equal(view.Sessions.Failed, view.ByOrganization.Sum(organization => organization.Failed));
        var organizations = view.ByOrganization.ToDictionary(row => row.Organization, row => row.Failed);
        Assert.All(FailureTotals.ByOrganization(view.ByDay.SelectMany(day => day.Failures)), row => Assert.InRange(row.Failed, 0, organizations[row.Organization]));
        foreach (var day in view.ByDay)
            AssertTables(day.Failures, day.Sessions.Failed);
        // Narrowed to one policy type no more than that type tells of; the rest of the choices narrows further.
        foreach (var type in view.ByPolicyType)
        {
            var focus = FailureFocus.All.With(FailureFacet.PolicyType, type.PolicyType);
            Assert.InRange(FailureTotals.Sum(focus.Of(view.ByDay.SelectMany(day => day.Failures))), 0, type.Failed);
        }
    });

    [Fact]
    public void Tables_AnyReports_ShowWhatTheLargestPolicyTypeOfEachReportTells() => Reports.Sample(reports =>
    {
        var view = View(Days(reports));
        Assert.Equal(Expected(reports, detail => detail.ResultType), view.ByResultType.ToDictionary(row => row.ResultType, row => row.Failed));
        Assert.Equal(Expected(reports, detail => detail.ReceivingMxHostname ?? ""), Named(view.ByMxHost.Select(row => (row.MxHost, row.Failed))));
        Assert.Equal(Expected(reports, detail => SendingNetwork.Of(detail.SendingMtaIp) ?? ""), Named(view.ByNetwork.Select(row => (row.Network, row.Failed))));
        Assert.Equal(
            Expected(reports, detail => detail.FailureReasonCode is null ? "" : $"{detail.ResultType} {detail.FailureReasonCode}"),
            view.ByReason.ToDictionary(row => $"{row.ResultType} {row.Reason}", row => row.Failed));

        static Dictionary<string, long> Named(IEnumerable<(string? Key, long Failed)> rows) => rows.Where(row => row.Key is not null).ToDictionary(row => row.Key!, row => row.Failed);
    });

    [Fact]
    public Task Exports_AnyReports_NoRowExceedsItsDay() => Reports.SampleAsync(async reports =>
    {
        var days = Days(reports);
        var rows = await Rows(days);
        foreach (var row in rows.Where(row => row.Failed is not null && row.Kind is not "policyType" and not "sender"))
            Assert.InRange(row.Failed!.Value, 0, days.Single(day => day.Day == row.Day).Sessions.Failed);
        foreach (var day in days)
        {
            // The files tell what the view tells, and so does the day as the API writes it.
            Assert.Equal(FailureTotals.ByResultType(day.Failures).Select(type => (type.ResultType, type.Failed)), rows.Where(row => row.Day == day.Day && row.Kind == "resultType").Select(row => (row.ResultType!, row.Failed!.Value)));
            Assert.Equal(FailureTotals.ByMxHost(day.Failures).Select(host => (host.MxHost, host.Failed)), rows.Where(row => row.Day == day.Day && row.Kind == "mxHost").Select(row => (row.MxHost, row.Failed!.Value)));
            var written = JsonSerializer.SerializeToElement(ScorecardDayResource.Of(day), JsonSerializerOptions.Web).GetProperty("failures").EnumerateArray().Select(failure => failure.GetProperty("failed").GetInt64()).ToArray();
            Assert.Equal(rows.Where(row => row.Day == day.Day && row.Kind == "failure").Select(row => row.Failed!.Value), written);
        }
    });

    [Fact]
    public void Apply_MoreOverlappingReportsThanADayKeepsApart_StaysBoundedBelowTheHeadline()
    {
        var reports = Enumerable.Range(0, 3 * ScorecardRules.MaxOverlappingReports).Select(i => Reported.Report(Reported.Number(i),
            Reported.Policy(Domain, 0, PolicyTypes.Sts, (ResultTypes.ValidationFailure, $"mx{i % 7}", 2)),
            Reported.Policy(Domain, 0, PolicyTypes.Tlsa, (ResultTypes.ValidationFailure, $"mx{i % 5}", 1), (ResultTypes.TlsaInvalid, null, 1)))).ToArray();
        var day = Days(reports).Single();
        AssertTables(day.Failures, day.Sessions.Failed);
        Assert.Equal(day.Sessions.Failed, FailureTotals.Sum(day.Failures)); // Each report still tells of both its sessions.
        Assert.InRange(day.Failures.Count, 1, ScorecardRules.MaxFailures);
    }

    private static void AssertTables(IEnumerable<ScorecardFailure> failures, long most)
    {
        var all = failures.ToArray();
        Assert.InRange(FailureTotals.Sum(all), 0, most);
        Assert.All(FailureTotals.ByResultType(all), row => Assert.InRange(row.Failed, 0, most));
        Assert.All(FailureTotals.ByMxHost(all), row => Assert.All(row.ByResultType.Select(type => type.Failed).Append(row.Failed), failed => Assert.InRange(failed, 0, most)));
        Assert.All(FailureTotals.ByNetwork(all), row => Assert.InRange(row.Failed, 0, most));
        Assert.All(FailureTotals.Rows(all), row => Assert.InRange(row.Failed, 0, most));
        Assert.InRange(FailureTotals.ByOrganization(all).Sum(row => row.Failed), 0, most);
    }

    /// <summary>The rule in its plainest form; an empty key is left out.</summary>
    private static Dictionary<string, long> Expected(TlsReport[] reports, Func<FailureDetail, string> key) => reports
        .SelectMany(report => report.Policies.SelectMany(policy => policy.Details.Select(detail => (policy.PolicyType, Key: key(detail), detail.FailedSessions))).GroupBy(row => row.Key).Select(row =>
        {
            var types = row.GroupBy(part => part.PolicyType).ToDictionary(type => type.Key,
                type => Math.Min(type.Sum(part => part.FailedSessions), report.Policies.Where(policy => policy.PolicyType == type.Key).Sum(policy => policy.Failed)));
            return (row.Key, Failed: types.Where(type => type.Key != PolicyTypes.NoPolicyFound).Select(type => type.Value).DefaultIfEmpty().Max() + types.GetValueOrDefault(PolicyTypes.NoPolicyFound));
        }))
        .Where(row => row.Key.Length > 0).GroupBy(row => row.Key).ToDictionary(row => row.Key, row => row.Sum(part => part.Failed));

    private static ScorecardDay[] Days(IEnumerable<TlsReport> reports) => [.. reports.GroupBy(report => report.Day).OrderBy(day => day.Key).Select(day =>
        day.Aggregate(new ScorecardDayState(), (state, report) => ScorecardRulesTests.Counted(state, Contribution(report))).Sums.ToDay(day.Key))];

    /// <summary>As of a report that came by HTTPS for the only claim.</summary>
    internal static Task<Attributed> Attribute(TlsReport report)
    {
        var envelope = new EnvelopeMessage { Source = "source.https", ReceivedAt = report.End, Raw = [], WorkspaceId = "ws", Domain = Domain };
        return new Attribution(envelope, "rp-" + report.ReportId, new OneClaim()).Of(new DecodeResult.Decoded([report], null), report.End);
    }

    private static ScorecardContribution Contribution(TlsReport report) => Assert.Single(Attribute(report).GetAwaiter().GetResult().Contributions).Contribution;

    private static ScorecardView View(IReadOnlyList<ScorecardDay> days) =>
        ScorecardMerge.Of(First, First.AddDays(3), Reported.Day.AddDays(9), days, Array.Empty<(DateOnly Day, string Name)>().ToLookup(row => row.Day, row => row.Name), []);

    private static async Task<ScorecardRow[]> Rows(ScorecardDay[] days) => await ScorecardRow.Of(days.ToAsyncEnumerable(), First, ReportMailReceived.None).ToArrayAsync();

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private sealed class OneClaim : IWorkspaceClaims
    {
        public Task Load(IEnumerable<string> names) => Task.CompletedTask;

        public Task<ClaimView?> Find(string domain) => Task.FromResult(domain == Domain ? new ClaimView(Domain, "ws", []) : null);

        public Task<IReadOnlyList<string>> WithMxHost(string host) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<string?> Only() => Task.FromResult<string?>(Domain);
    }
}
