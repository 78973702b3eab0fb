using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>From the reports, the records and the clock to a claim's alerts, on real storage.</summary>
public sealed class ReportWatchGrainTests : ReportSceneTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    [Fact]
    public async Task Reports_OfFailures_RaiseAnAlertThatEndsWithTwoCleanDays()
    {
        await Count(0, failed: 60);
        await Scene.Check(Domain);
        var alert = await Alert(AlertKinds.SessionsFailing);
        Assert.Equal(("Bigmail Inc.", "mx1.harbour.example", "60"), (alert.Parameters[AlertParameters.Organizations].Single(), alert.Parameters[AlertParameters.Mx].Single(), alert.Parameters[AlertParameters.Failed].Single()));
        Assert.Equal([AlertSource.Reports], alert.Sources);

        // The next report is looked at without a check of the domain, soon after it was counted.
        await Count(1, failed: 0);
        await Count(2, failed: 0);
        Scene.Cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Poll.Until(async () => (await Alerts()).Single(alert => alert.Kind == AlertKinds.SessionsFailing).ResolvedAt is not null, Limit, "the alert to end");
    }

    [Fact]
    public async Task RecordWithoutReports_AfterAWeek_IsSaidUntilOneArrives()
    {
        Scene.Dns.Publish("_smtp._tls." + Domain, DnsType.Txt, ReportingRecord.Write(["mailto:" + (await Scene.View(Domain)).ReportAddress]));
        await Scene.Check(Domain);
        await Pass(6);
        Assert.DoesNotContain(await Alerts(), alert => alert.Kind == AlertKinds.NoReports);
        await Pass(1);
        Assert.Equal("2026-03-02", (await Alert(AlertKinds.NoReports)).Parameters[AlertParameters.Since].Single());

        await Count(0, failed: 0);
        await Scene.Check(Domain);
        await Poll.Until(async () => (await Alerts()).All(alert => alert.Kind != AlertKinds.NoReports || alert.ResolvedAt is not null), Limit, "the alert to end");
    }

    [Fact]
    public async Task RemovedDomain_LeavesNothingOfItsWatch()
    {
        await Count(0, failed: 60);
        await Scene.Check(Domain);
        await Alert(AlertKinds.SessionsFailing);
        await Remove(Domain);
        await Scene.Cluster.Grains.ReportWatch(DomainScene.Workspace, Domain).Look(new ReportWatchFacts(Now, "enforce")); // A late call.
        await Poll.Until(async () => !(await StoredRows.OfAsync(Scene.Cluster.Store)).Any(row => row.State == StateNames.ReportWatch), Limit, "the watch's row to go");
        Assert.Empty(await Alerts());
    }

    private async Task Count(int day, long failed)
    {
        var report = Reported.Report($"r{day}", Reported.Policy(Domain, 1_000 - failed, failures: failed > 0 ? [(ResultTypes.CertificateExpired, "mx1.harbour.example", failed)] : [])) with { Start = Reported.Day.AddDays(day), End = Reported.Day.AddDays(day + 1).AddSeconds(-1) };
        Assert.Equal(IngestionState.Counted, (await Complete(await Upload(report.Json()))).State);
    }

    private async Task Pass(int days)
    {
        for (var hour = 0; hour < days * 24; hour += 6)
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromHours(6));
            await Scene.Check(Domain);
        }
    }

    private async Task<AlertView> Alert(string kind)
    {
        await Poll.Until(async () => (await Alerts()).Any(alert => alert.Kind == kind && alert.ResolvedAt is null), Limit, $"{kind} to be raised");
        return (await Alerts()).Single(alert => alert.Kind == kind);
    }

    private async Task<IReadOnlyList<AlertView>> Alerts() => await Scene.Cluster.Grains.Alerts(DomainScene.Workspace, Domain).List();
}
