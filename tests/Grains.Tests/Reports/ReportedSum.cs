using MtaSts.Application.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What a scorecard must say of reports, added up by nothing of the product's.</summary>
internal static class ReportedSum
{
    /// <summary>So many different reports about the domains, of all kinds that a scorecard tells apart.</summary>
    public static TlsReport[] Make(Random random, int count, params string[] domains) => [.. Enumerable.Range(0, count).Select(number => Report(random, number, domains))];

    /// <summary>The scorecard tells of the domain's part in the reports, each counted once.</summary>
    public static void AssertEqual(IEnumerable<TlsReport> reports, string domain, ScorecardView card)
    {
        var mine = reports.Where(report => report.Policies.Any(policy => policy.PolicyDomain == domain)).ToArray();
        Assert.Equal(mine.Length, card.Reports);
        Assert.Equal(Rows(mine, domain, detail => detail.ResultType), card.ByResultType.ToDictionary(type => type.ResultType, type => type.Failed));
        Assert.Equal(
            Rows(mine, domain, detail => detail.ReceivingMxHostname ?? "").Where(row => row.Key.Length > 0).ToDictionary(),
            card.ByMxHost.Where(host => host.MxHost is not null).ToDictionary(host => host.MxHost!, host => host.Failed));
        Assert.Equal(mine.Sum(report => Sessions(report, domain)), card.Sessions.Successful + card.Sessions.Failed);
        Assert.Equal(mine.Sum(report => Held(report, domain).Max(type => type.Failed)), card.Sessions.Failed);
    }

    // As with sessions: of each report as many as the policy type tells of that tells of the most.
    private static Dictionary<string, long> Rows(IEnumerable<TlsReport> reports, string domain, Func<FailureDetail, string> key) => reports
        .SelectMany(report => report.Policies.Where(policy => policy.PolicyDomain == domain)
            .SelectMany(policy => policy.Details.Select(detail => (policy.PolicyType, Key: key(detail), detail.FailedSessions)))
            .GroupBy(row => row.Key)
            .Select(row => (row.Key, Failed: row.GroupBy(part => part.PolicyType).Max(type => type.Sum(part => part.FailedSessions)))))
        .GroupBy(row => row.Key).ToDictionary(row => row.Key, row => row.Sum(part => part.Failed));

    // Sessions stand under each policy they were held against: as many as under the one with the most.
    private static long Sessions(TlsReport report, string domain) => Held(report, domain).Max(type => type.Total);

    private static IEnumerable<(long Total, long Failed)> Held(TlsReport report, string domain) => report.Policies.Where(policy => policy.PolicyDomain == domain)
        .GroupBy(policy => policy.PolicyType).Select(group => (group.Sum(p => p.Successful + p.Failed), group.Sum(p => p.Failed)));

    private static TlsReport Report(Random random, int number, string[] domains)
    {
        string[] types = [ResultTypes.StarttlsNotSupported, ResultTypes.CertificateExpired, ResultTypes.ValidationFailure, "x-new-kind"];
        string?[] hosts = ["mx1.example", "mx2.example", null];
        var policies = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Reported.Policy(
            domains[random.Next(domains.Length)],
            random.Next(1000),
            random.Next(3) == 0 ? PolicyTypes.Tlsa : PolicyTypes.Sts,
            [.. Enumerable.Range(0, random.Next(4)).Select(_ => (types[random.Next(types.Length)], hosts[random.Next(hosts.Length)], (long)random.Next(1, 50)))])).ToArray();
        return Reported.Report("random-" + Reported.Number(number), policies);
    }
}
