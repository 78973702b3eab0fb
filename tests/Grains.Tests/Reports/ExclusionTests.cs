using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Reports are excluded and taken back through the grains and their storage; the counts follow exactly.</summary>
public abstract class ExclusionTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private static readonly DateOnly Day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private static ReportExclusion Forged => new("me@harbour.example", Reported.Day.AddDays(1), "forged");

    protected override Task BeginAsync() => Scene.Claim(Domain);

    [Fact]
    public async Task Exclude_OneReport_CountsFollowAndComeBack()
    {
        var kept = await Deliver(0, 7, "source.https", "192.0.2.7");
        var forged = await Deliver(1, 900, "source.https", "198.51.100.9");
        var before = await Text();

        var only = new ReportFilter { Envelope = forged };
        Assert.Equal(new ExclusionOutcome(1, 0), await Apply(only, Forged));
        Assert.Equal(ExclusionOutcome.None, await Apply(only, Forged with { Reason = "again" })); // The first reason stays.
        var card = await Scorecard();
        Assert.Equal((7, 1, 1), (card.Sessions.Successful, card.Reports, card.Excluded));
        Assert.Equal(Forged, Assert.Single(await ReportExclusions.Find(Grains, DomainScene.Workspace, Domain, forged)).Excluded);
        Assert.Null(Assert.Single(await ReportExclusions.Find(Grains, DomainScene.Workspace, Domain, kept)).Excluded);

        await Scene.Cluster.CrashAsync();
        Assert.Equal(7, (await Scorecard()).Sessions.Successful);
        Assert.Equal(new ExclusionOutcome(1, 0), await Apply(only, null));
        Assert.Equal(before, await Text());
    }

    /// <summary>Forged reports in number, in pages too: gone by one order, with reports coming in between.</summary>
    [Fact]
    public async Task Exclude_ByFilter_TakesThoseMeantInPagesAndTailAndNoOthers()
    {
        const int Forgeries = (2 * ScorecardRules.PageSize) + 5;
        await Deliver(9_000, 7, "source.https", "192.0.2.7");
        for (var i = 0; i < Forgeries; i++)
            await Deliver(i, 1_000, "source.https", "198.51.100.9");
        var upload = await Upload(9_001, 11);

        var excluding = Apply(new ReportFilter { Network = "198.51.100.0/24", OnlyUnsigned = true, From = Day, To = Day }, Forged);
        await Deliver(9_002, 13, "source.https", "192.0.2.7");
        Assert.Equal(new ExclusionOutcome(Forgeries, 0), await excluding);
        var card = await Scorecard();
        Assert.Equal((31, 3, Forgeries), (card.Sessions.Successful, card.Reports, card.Excluded));
        Assert.Equal(31, card.ByOrganization.Sum(organization => organization.Successful));

        Assert.Equal(new ExclusionOutcome(Forgeries, 0), await Apply(new ReportFilter { Submitter = "BIGMAIL.example", IsExcluded = true }, null));
        Assert.Equal((31 + (Forgeries * 1_000), 0), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Excluded));
        Assert.Equal(new ExclusionOutcome(1, 0), await Apply(new ReportFilter { Source = "source.upload" }, Forged));
        Assert.NotNull(Assert.Single(await ReportExclusions.Find(Grains, DomainScene.Workspace, Domain, upload)).Excluded);
        Assert.Equal(ExclusionOutcome.None, await Apply(new ReportFilter { From = Day.AddDays(1) }, Forged));
        Assert.Equal(new ExclusionOutcome(1, 0), await Apply(new ReportFilter { Source = "source.upload" }, null));
    }

    /// <summary>
    /// The bytes may have gone: what is kept of the report is enough. Once that has gone too what is old stays as it is, which is said; but a report that comes later for
    /// such a day, forged for example, can be excluded like any other.
    /// </summary>
    [Fact]
    public async Task Exclude_AfterRetention_ReachesWhatHasDetailsAndWhatComesLater()
    {
        var first = await Deliver(0, 7, "source.https", "192.0.2.7");
        await Deliver(1, 5, "source.https", "192.0.2.7");
        await Retained(Kept.Decoded);
        Assert.Null(await Grains.Ingestion(first).GetRaw(DomainScene.Workspace));
        Assert.Equal(new ExclusionOutcome(1, 0), await Apply(new ReportFilter { Envelope = first }, Forged));
        Assert.Equal((5, 1), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Excluded));

        await Retained(Kept.Aggregates);
        Assert.Equal(new ExclusionOutcome(0, 2), await Apply(new ReportFilter { Source = "source.https" }, null));
        await Deliver(2, 1_000, "source.https", "198.51.100.9");
        await Deliver(3, 2, "source.https", "192.0.2.7");
        Assert.Equal(new ExclusionOutcome(1, 2), await Apply(new ReportFilter { Network = "198.51.100.0/24" }, Forged));
        Assert.Equal((7, 2, 2), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Reports, (await Scorecard()).Excluded));
        Assert.Equal(IngestionState.Duplicate, (await Grains.Ingestion(await Inbox([.. Reported.Report("r2", Reported.Policy(Domain, 1_000)).Json(), .. " "u8], "source.https", "198.51.100.9")).Complete())!.State);
        await Retained(Kept.Aggregates);
        Assert.Equal((7, 2, 2), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Reports, (await Scorecard()).Excluded));
        Assert.Equal(new ExclusionOutcome(0, 4), await Apply(new ReportFilter { Source = "source.https" }, null));
    }

    [Fact]
    public async Task Accept_ImplausibleCount_StandsInQuarantineAsSuch()
    {
        var receipt = await Inbox(Reported.Report("r", Reported.Policy(Domain, 1_000_000_000_000)).Json(), "source.https", "192.0.2.7");
        var outcome = (await Grains.Ingestion(receipt).Complete())!;
        Assert.Equal(IngestionState.Quarantined, outcome.State);
        Assert.Contains("not plausible", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(QuarantineCodes.ImplausibleCount, Assert.Single((await Grains.Quarantine(DomainScene.Workspace).List(null, 10)).Items).Code);
        Assert.Equal(0, (await Scorecard()).Reports);
    }

    private async Task Retained(Kept kept)
    {
        while (!await Grains.Scorecard(DomainScene.Workspace, Domain, Day).Retain(kept))
        {
            // Each call is a bounded slice.
        }
    }

    private Task<ExclusionOutcome> Apply(ReportFilter filter, ReportExclusion? exclusion) => ReportExclusions.Apply(Grains, DomainScene.Workspace, Domain, filter, exclusion);

    private Task<ScorecardView> Scorecard() => ScorecardReader.LoadScorecard(Grains, DomainScene.Workspace, Domain, Day, Day, Scene.Cluster.Clock.GetUtcNow());

    private async Task<string> Text()
    {
        var card = await Scorecard();
        return System.Text.Json.JsonSerializer.Serialize(new { card.Sessions, card.Reports, card.Unauthenticated, card.Excluded, card.ByPolicyType, card.ByResultType, card.ByMxHost, card.ByNetwork, card.ByReason, card.ByOrganization, card.PoliciesSeen });
    }

    private Task<string> Deliver(int number, long sessions, string source, string peer) => Counted(Reported.Report("r" + Reported.Number(number), Reported.Policy(Domain, sessions)).Json(), source, peer);

    private Task<string> Upload(int number, long sessions) => Counted(Reported.Report("r" + Reported.Number(number), Reported.Policy(Domain, sessions)).Json(), "source.upload", null);

    private async Task<string> Counted(byte[] raw, string source, string? peer)
    {
        var id = await Inbox(raw, source, peer);
        Assert.Equal(IngestionState.Counted, (await Grains.Ingestion(id).Complete())!.State);
        return id;
    }

    private async Task<string> Inbox(byte[] raw, string source, string? peer)
    {
        var isUpload = source == "source.upload";
        var token = isUpload ? null : (await Scene.View(Domain)).Token;
        var envelope = new Envelope(source, Scene.Cluster.Clock.GetUtcNow(), raw, token, isUpload ? DomainScene.Workspace : null, peer);
        return Assert.IsType<Receipt.Stored>(await Scene.Cluster.Services.GetRequiredService<IReportInbox>().AcceptAsync(envelope, TestContext.Current.CancellationToken)).Id;
    }
}

public sealed class SqliteExclusionTests : ExclusionTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

[LongForm]
public sealed class PostgresExclusionTests : ExclusionTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
