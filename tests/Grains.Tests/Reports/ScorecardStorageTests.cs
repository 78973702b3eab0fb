using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Where counted reports lie, how long, and that they go: looked at in the database itself, once for each engine.</summary>
public abstract class ScorecardStorageTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private const string Other = "orchard.example";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly DateOnly Day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private IReportInbox Inbox => Scene.Cluster.Services.GetRequiredService<IReportInbox>();

    private DateTimeOffset Now => Scene.Cluster.Clock.GetUtcNow();

    protected override Task BeginAsync() => Scene.Claim(Domain);

    [Fact]
    public async Task Apply_MoreThanAPage_KeepsTheRowSmallAndCountsAndListsEachOnce()
    {
        const int count = (3 * ScorecardRules.PageSize) + 7;
        var card = Grains.Scorecard(DomainScene.Workspace, Domain, Day);
        await Parallel.ForEachAsync(Enumerable.Range(0, count), async (i, _) => Assert.Equal(ApplyOutcome.Counted, await card.Apply(Report(i))));
        await Poll.Until(async () => (await Row("scorecard-day"))["pages"]?.GetValue<int>() == 3, Limit, "three pages");
        var row = await Row("scorecard-day");
        Assert.Equal(7, row["tail"]!.AsArray().Count);

        await Scene.Cluster.CrashAsync();
        card = Grains.Scorecard(DomainScene.Workspace, Domain, Day);
        Assert.Equal(ApplyOutcome.AlreadyCountedFromThisEnvelope, await card.Apply(Report(3)));
        Assert.Equal(ApplyOutcome.Duplicate, await card.Apply(Report(3) with { EnvelopeId = "rp-again" }));
        Assert.Equal(count, (await card.Get())!.Reports);
        var listed = await ScorecardReader.Reports(Grains, DomainScene.Workspace, Domain, Day, Day).Select(entry => entry.ReportId).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"r{i}").Order(), listed.Order());
    }

    [Fact]
    public async Task Apply_PageWrittenButNotItsRow_IsWrittenAgain()
    {
        // What a crash between the two leaves: a page the row knows nothing of.
        await Grains.ScorecardPage(DomainScene.Workspace, Domain, Day, 0).Put(new CountedPage([new CountedReport { Identity = "lost", ContentHash = "x" }], []));
        var card = Grains.Scorecard(DomainScene.Workspace, Domain, Day);
        foreach (var i in Enumerable.Range(0, ScorecardRules.PageSize + 1))
            await card.Apply(Report(i));
        await Poll.Until(async () => (await Row("scorecard-day"))["pages"]?.GetValue<int>() == 1, Limit, "a page");
        Assert.Equal("id0", (await Grains.ScorecardPage(DomainScene.Workspace, Domain, Day, 0).Get()).Reports[0].Identity);
        Assert.Equal(ApplyOutcome.Counted, await card.Apply(Report(9_999) with { Identity = "lost" }));
    }

    [Fact]
    public async Task Apply_AfterTheDomainWasGivenUp_KeepsNothing()
    {
        Assert.Equal(ApplyOutcome.NoClaim, await Grains.Scorecard(DomainScene.Workspace, "nobodys.example", Day).Apply(Report(0)));
        Assert.DoesNotContain(await RowsAsync(), row => row.State is "scorecard-day" or "scorecard-days");
    }

    /// <summary>A claim that goes after it was looked at: the day is not listed any more by anybody.</summary>
    [Fact]
    public async Task TakeBack_OfTheOnlyDay_LeavesNeitherRowNorReminder()
    {
        var months = Grains.ScorecardDays(DomainScene.Workspace, "nobodys.example");
        await months.AddDay(Day);
        await months.AddDay(Day.AddDays(-1));
        await months.TakeBack(Day);
        Assert.Equal([Day.AddDays(-1)], await months.ListDays());
        await months.TakeBack(Day.AddDays(-1));
        Assert.DoesNotContain(await RowsAsync(), row => row.Key.Contains("nobodys.example", StringComparison.Ordinal));
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(Scene.Cluster.Store), grain => grain.Contains("nobodys.example", StringComparison.Ordinal));
    }

    /// <summary>An envelope with reports of two days far apart: the later day needs it longer.</summary>
    [Fact]
    public async Task Retain_EnvelopeOfTwoDays_GoesWithTheLater()
    {
        var retention = new RetentionOptions().Pro;
        const int apart = 20;
        using var packed = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(packed, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var back in new[] { 0, apart })
            {
                var report = Reported.Report($"r{back}", Reported.Policy(Domain, 1)) with { Start = Reported.Day.AddDays(-back), End = Reported.Day.AddDays(1 - back).AddSeconds(-1) };
                await using var entry = await zip.CreateEntry($"{back}.json").OpenAsync(TestContext.Current.CancellationToken);
                await entry.WriteAsync(report.Json(), TestContext.Current.CancellationToken);
            }
        }
        var envelope = Grains.Ingestion(await Deliver(packed.ToArray()));

        await PassDays(retention.RawDays - apart + 2);
        Assert.NotNull(await envelope.GetRaw(DomainScene.Workspace));
        await PassDays(apart);
        Assert.Null(await envelope.GetRaw(DomainScene.Workspace));
        await PassDays(retention.DecodedDays - retention.RawDays - apart);
        Assert.NotNull(await envelope.Get(DomainScene.Workspace));
        Assert.Single((await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, 10)).Items);
        await PassDays(apart);
        Assert.Null(await envelope.Get(DomainScene.Workspace));
    }

    [Fact]
    public async Task Retain_AsTimePasses_LetsBytesThenReportsThenCountsGo()
    {
        var receipt = await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json());
        var again = await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Gzip());
        var envelope = Grains.Ingestion(receipt);
        var retention = new RetentionOptions().Pro;

        await PassDays(retention.RawDays - 1);
        Assert.NotNull(await envelope.GetRaw(DomainScene.Workspace));

        await PassDays(2);
        Assert.Null(await envelope.GetRaw(DomainScene.Workspace));
        Assert.Null(await Grains.Ingestion(again).GetRaw(DomainScene.Workspace));
        var view = (await envelope.Get(DomainScene.Workspace))!;
        Assert.Equal((false, true), (view.HasRaw, view.Size > 0));
        Assert.Contains("\"r1\"", Assert.Single(view.ReportsJson), StringComparison.Ordinal);
        Assert.Single((await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, 10)).Items);

        await PassDays(retention.DecodedDays - retention.RawDays);
        Assert.Null(await envelope.Get(DomainScene.Workspace));
        Assert.Empty((await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, 10)).Items);
        Assert.DoesNotContain(await RowsAsync(), row => row.State == "ingestion");
        Assert.Equal(7, (await ScorecardReader.LoadSessions(Grains, DomainScene.Workspace, Domain, Day, Day)).Successful);
        // The report is still known: a copy that turns up again is not counted.
        await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json());
        Assert.Equal(7, (await ScorecardReader.LoadSessions(Grains, DomainScene.Workspace, Domain, Day, Day)).Successful);

        await PassDays(retention.AggregateDays - retention.DecodedDays);
        Assert.DoesNotContain(await RowsAsync(), row => row.State is "scorecard-day" or "scorecard-page" or "ingestion");
    }

    [Fact]
    public async Task Retain_OnTheFreePlan_KeepsShorter()
    {
        var receipt = await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json());
        await Grains.Workspace(DomainScene.Workspace).SetPlan(Plan.Free, "owner");
        await PassDays(new RetentionOptions().Free.RawDays + 1);
        Assert.Null(await Grains.Ingestion(receipt).GetRaw(DomainScene.Workspace));
        await PassDays(0);
        Assert.NotNull(await Grains.Ingestion(receipt).Get(DomainScene.Workspace));
    }

    [Fact]
    public async Task Retain_ManyDaysAndPages_EndsInBoundedSlices()
    {
        for (var day = 0; day < 30; day++)
        {
            foreach (var i in Enumerable.Range(0, day == 0 ? ScorecardRules.PageSize + 3 : 1))
                await Grains.Scorecard(DomainScene.Workspace, Domain, Day.AddDays(-day)).Apply(Report(i) with { Identity = $"{day}-{i}", Start = Reported.Day.AddDays(-day) });
        }
        Scene.Cluster.Clock.Advance(TimeSpan.FromDays(new RetentionOptions().Pro.AggregateDays + 40));
        var calls = 0;
        while (!await Grains.ScorecardDays(DomainScene.Workspace, Domain).Retain())
            Assert.InRange(++calls, 1, 100);
        Assert.DoesNotContain(await RowsAsync(), row => row.State is "scorecard-day" or "scorecard-page");
    }

    [Fact]
    public async Task RemoveDomain_WithEverythingAReportLeaves_LeavesNothingOfIt()
    {
        await Scene.Claim(Other);
        for (var i = 0; i < ScorecardRules.PageSize + 5; i++)
            await Deliver(Reported.Report($"r{i}", Reported.Policy(Domain, 1)).Json());
        await Deliver(Reported.Report("r0", Reported.Policy(Domain, 1)).Gzip()); // A copy.
        await Deliver(Reported.Report("r0", Reported.Policy(Domain, 99)).Json()); // A contradiction.
        await Deliver("not a report"u8.ToArray()); // In quarantine.
        var shared = await Deliver(Reported.Report("both", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json());
        Assert.NotEmpty(await Left());

        await Grains.Workspace(DomainScene.Workspace).RemoveDomain(Domain, "owner");
        await Poll.Until(async () => !await Grains.Workspace(DomainScene.Workspace).HasClaim(Domain), Limit, "the claim to go");

        // What concerns another domain too stays for that one.
        Assert.Equal([shared], (await RowsAsync()).Where(row => row.State == "ingestion").Select(row => row.Key));
        Assert.DoesNotContain(await Left(), row => row.Key != shared);
        Assert.Equal(2, (await ScorecardReader.LoadSessions(Grains, DomainScene.Workspace, Other, Day, Day)).Successful);

        await Grains.Workspace(DomainScene.Workspace).RemoveDomain(Other, "owner");
        await Poll.Until(async () => !await Grains.Workspace(DomainScene.Workspace).HasClaim(Other), Limit, "the claim to go");
        Assert.DoesNotContain(await RowsAsync(), row => row.State is "ingestion" or "scorecard-day" or "scorecard-page" or "scorecard-days");
    }

    [Fact]
    public async Task EraseQuarantine_OfAWorkspace_LeavesNoEnvelope()
    {
        await Upload("not a report"u8.ToArray());
        Assert.Single((await Quarantine.List(null, 10)).Items);
        await ReportErasure.EraseQuarantine(Grains, DomainScene.Workspace, null);
        Assert.Empty((await Quarantine.List(null, 10)).Items);
        Assert.DoesNotContain(await RowsAsync(), row => row.State == "ingestion");
    }

    private Task<IReadOnlyList<(string State, string Key, string Content)>> RowsAsync() => StoredRows.OfAsync(Scene.Cluster.Store);

    [Fact]
    public async Task Quarantine_LongerThanBytesAreKept_Goes()
    {
        var kept = new RetentionOptions().Pro.RawDays;
        await Upload("not a report"u8.ToArray());
        await Tick(kept - 1);
        Assert.Single((await Quarantine.List(null, 10)).Items);
        await Upload("no report either"u8.ToArray());

        await Tick(2);

        var left = Assert.Single((await Quarantine.List(null, 10)).Items);
        Assert.Equal(kept, (await Quarantine.GetSummary()).KeptDays);
        await Poll.Until(async () => (await RowsAsync()).Where(row => row.State == "ingestion").Select(row => row.Key).SequenceEqual([left.Id]), Limit, "its bytes to go");

        async Task Tick(int days)
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromDays(days));
            await Quarantine.AsReference<IRemindable>().ReceiveReminder("retain", default);
        }
    }

    private IQuarantineGrain Quarantine => Grains.Quarantine(DomainScene.Workspace);

    private async Task Upload(byte[] raw)
    {
        var receipt = await Inbox.AcceptAsync(new Envelope("source.upload", Now, raw, null, DomainScene.Workspace), TestContext.Current.CancellationToken);
        await Grains.Ingestion(Assert.IsType<Receipt.Stored>(receipt).Id).Complete();
    }

    private static ScorecardContribution Report(int number) => ScorecardRulesTests.Contribution($"id{number}", "Bigmail Inc.", []) with { ReportId = $"r{number}", EnvelopeId = $"rp-{number}" };

    private async Task<string> Deliver(byte[] raw)
    {
        var receipt = Assert.IsType<Receipt.Stored>(await Inbox.AcceptAsync(new Envelope("source.https", Now, raw, (await Scene.View(Domain)).Token, null), TestContext.Current.CancellationToken));
        await Grains.Ingestion(receipt.Id).Complete();
        return receipt.Id;
    }

    private async Task PassDays(int days)
    {
        Scene.Cluster.Clock.Advance(TimeSpan.FromDays(days));
        await Poll.Until(() => Grains.ScorecardDays(DomainScene.Workspace, Domain).Retain(), Limit, "retention to end");
    }

    private async Task<JsonNode> Row(string state) => JsonNode.Parse((await RowsAsync()).Single(row => row.State == state).Content)!;

    /// <summary>Rows of reports that still tell of the domain.</summary>
    private async Task<IReadOnlyList<(string State, string Key, string Content)>> Left() =>
        [.. (await RowsAsync()).Where(row => row.State is "ingestion" or "scorecard-day" or "scorecard-page" or "scorecard-days"
            && (row.Key.Contains(Domain, StringComparison.Ordinal) || row.Content.Contains(Domain, StringComparison.Ordinal) || row.State == "ingestion"))];
}

public sealed class SqliteScorecardStorageTests : ScorecardStorageTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

public sealed class PostgresScorecardStorageTests : ScorecardStorageTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
