using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
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
        Assert.Equal(("Bigmail Inc.", "mx1.harbour.example", "60"), (alert.Parameters[AlertParameters.Organizations].Single(), alert.Parameters[AlertParameters.ReportedMx].Single(), alert.Parameters[AlertParameters.Failed].Single()));
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

    /// <summary>An older day is read again only when it is said to have changed: also for the last of several changes.</summary>
    [Fact]
    public async Task ChangesOfAnOlderDay_SoonAfterALook_AreRead()
    {
        await Count(-20, failed: 0);
        Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(19));
        await Count(-21, failed: 0);
        await Poll.Until(() => { Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1)); return IsInRow("2026-02-08"); }, Limit, "the day to be read");
        await Count(-21, failed: 0, "again");
        Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(20));
        await Poll.Until(() => { Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(20)); return IsInRow("\"sessions\":2000"); }, Limit, "the day to be read again");

        async Task<bool> IsInRow(string text) => (await Rows()).Any(row => row.State == StateNames.ReportWatch && row.Content.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Ten thousand domains are looked at each hour.</summary>
    [Fact]
    public async Task LooksThatShowNothingNew_WriteNothing()
    {
        await Count(0, failed: 60);
        var facts = new ReportWatchFacts(Now, "enforce");
        await Watch(Domain).Look(facts);
        await Alert(AlertKinds.SessionsFailing);
        var before = await Rows();
        for (var hour = 1; hour < 6; hour++)
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromHours(1));
            await Watch(Domain).Look(facts);
        }
        Assert.Equal(before, await Rows());
        Scene.Cluster.Clock.Advance(ReportLook.WrittenAfter);
        await Watch(Domain).Look(facts);
        Assert.NotEqual(before, await Rows()); // The time of the look, so that a long time without one is noticed after a restart.
    }

    /// <summary>A call that was lost after the write is repeated after the next activation.</summary>
    [Fact]
    public async Task ConditionsThatTheAlertsDoNotKnow_AreToldAgainAfterARestart()
    {
        await Count(0, failed: 60);
        var facts = new ReportWatchFacts(Now, "enforce");
        await Watch(Domain).Look(facts);
        await Alert(AlertKinds.SessionsFailing);
        await StoredRows.DeleteAsync(Scene.Cluster.Store, StateNames.Alerts);
        await Scene.Cluster.CrashAsync();
        await Watch(Domain).Look(facts);
        await Alert(AlertKinds.SessionsFailing);
    }

    /// <summary>Reports stop for every domain at once: this service is the reason, which its operator can mend.</summary>
    [Fact]
    public async Task NoReportOfAnyDomain_IsToldToTheOperatorAndNotToTheOwners()
    {
        await Scene.Claim(Other);
        var facts = new ReportWatchFacts(Now.AddDays(-10), "enforce");
        var status = Scene.Cluster.Services.GetRequiredService<IIntakeStatus>();
        for (var day = 0; day < 20; day++)
        {
            if (day < 16)
            {
                await Signed(Domain, day);
                await Signed(Other, day);
            }
            Scene.Cluster.Clock.Advance(TimeSpan.FromDays(1));
            await Watch(Domain).Look(facts);
            await Watch(Other).Look(facts);
        }
        Assert.Empty(await Alerts());
        Assert.Contains("No report was counted for any domain since 2026-03-17", status.Problem, StringComparison.Ordinal);

        await Signed(Other, 19);
        await Poll.Until(
            async () =>
            {
                await Watch(Domain).Look(facts);
                return (await Alerts()).Any(alert => alert.Kind == AlertKinds.ReportersSilent);
            },
            Limit,
            "the owner to be told");
        Assert.Null(status.Problem);
    }

    /// <summary>Nobody waits for a look: its failure is in the log, and the next one works.</summary>
    [Fact]
    public async Task LookThatFails_IsLogged()
    {
        var faults = new StorageFaults(1);
        var scene = await DomainScene.StartAsync(faults: faults);
        await using var cluster = scene.Cluster;
        using var log = new CapturedWarnings();
        cluster.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await scene.Claim(Domain);
        faults.LosesAnswerOf = static state => state is ReportWatchState;
        var watch = cluster.Grains.ReportWatch(DomainScene.Workspace, Domain);
        await watch.Look(new ReportWatchFacts(null, null));
        Assert.Contains(log.Lines, static line => line.Contains("the reports were not compared", StringComparison.Ordinal));
        await watch.Look(new ReportWatchFacts(null, null));
        Assert.Contains(await StoredRows.OfAsync(cluster.Store), static row => row.State == StateNames.ReportWatch);
    }

    private IReportWatchGrain Watch(string domain) => Scene.Cluster.Grains.ReportWatch(DomainScene.Workspace, domain);

    private async Task Signed(string domain, int day) => Assert.Equal(ApplyOutcome.Counted, await Scene.Cluster.Grains.Scorecard(DomainScene.Workspace, domain, Day.AddDays(day)).Apply(
        ScorecardRulesTests.Contribution($"id{day}", "Bigmail Inc.", []) with { ReportId = $"r{day}", EnvelopeId = $"rp-{day}", Source = "source.smtp", Dkim = DkimVerdict.Pass, SignedBy = "bigmail.example" }));

    private async Task<(string State, string Content)[]> Rows() =>
        [.. (await StoredRows.OfAsync(Scene.Cluster.Store)).Where(static row => row.State is StateNames.ReportWatch or StateNames.Alerts).Select(static row => (row.State, row.Content)).Order()];

    private async Task Count(int day, long failed, string suffix = "")
    {
        var report = Reported.Report($"r{day}{suffix}", Reported.Policy(Domain, 1_000 - failed, failures: failed > 0 ? [(ResultTypes.CertificateExpired, "mx1.harbour.example", failed)] : [])) with { Start = Reported.Day.AddDays(day), End = Reported.Day.AddDays(day + 1).AddSeconds(-1) };
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

/// <summary>The warnings and errors of a silo.</summary>
internal sealed class CapturedWarnings : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IEnumerable<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
