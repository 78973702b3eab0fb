using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What is not counted, or in part, and what becomes of it.</summary>
public sealed class ReportQuarantineTests : ReportSceneTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    [Fact]
    public async Task Accept_PartlyAboutAForeignDomain_CountsItsPartAndOffersTheRest()
    {
        var receipt = await Upload(Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2), Reported.Policy("no name", 3)).Json());
        Assert.Equal((IngestionState.Counted, 1), ((await Complete(receipt)).State, (await Scorecard()).Sessions.Successful));
        var item = Assert.Single((await Quarantine.List(null, 10)).Items);
        Assert.Equal((QuarantineCodes.PartlyNotYours, receipt.Id), (item.Code, item.Id));
        Assert.Equal([Other], item.Unclaimed);
        var envelope = Scene.Cluster.Grains.Ingestion(receipt.Id);
        Assert.Equal(IngestionState.Counted, (await envelope.Replay(DomainScene.Workspace)).Value!.State);
        Assert.Single((await Quarantine.List(null, 10)).Items); // Nothing has changed.

        await Scene.Claim(Other);
        var replayed = (await envelope.Replay(DomainScene.Workspace)).Value!;

        Assert.Equal((IngestionState.Counted, 2), (replayed.State, (await Scorecard(Other)).Sessions.Successful));
        Assert.Equal(1, (await Scorecard()).Sessions.Successful);
        Assert.Empty((await Quarantine.List(null, 10)).Items);
    }

    /// <summary>What was counted for a domain goes with it; a copy that comes after the domain was added again is no duplicate there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accept_CopyAfterOneOfItsDomainsWasRemovedAndAdded_CountsForThatOneAlone(bool isRawDropped)
    {
        await Scene.Claim(Other);
        var report = Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2));
        var first = await Upload(report.Json());
        await Complete(first);
        var copy = await Upload(report.Gzip());
        await Complete(copy);
        await Remove(Other);
        if (isRawDropped)
            await Scene.Cluster.Grains.Ingestion(first.Id).DropRaw(DomainScene.Workspace, report.Day);
        await Scene.Claim(Other);
        Assert.Equal(0, (await Scorecard(Other)).Reports);

        var again = await Upload(report.Json());
        Assert.Equal((first.Id, true), (again.Id, again.IsNew));
        Assert.Equal(IngestionState.Counted, (await Complete(again)).State);
        Assert.Equal(IngestionState.Duplicate, (await Complete(await Upload(report.Gzip()))).State);
        Assert.False((await Upload(report.Json())).IsNew);

        Assert.Equal((1, 2), ((await Scorecard()).Sessions.Successful, (await Scorecard(Other)).Sessions.Successful));
        Assert.Equal((1, 1), ((await Scorecard()).Reports, (await Scorecard(Other)).Reports));
        Assert.NotNull(await Scene.Cluster.Grains.Ingestion(first.Id).GetRaw(DomainScene.Workspace));
        await Remove(Other);
        Assert.Equal([Domain], (await Scene.Cluster.Grains.Ingestion(first.Id).Get(DomainScene.Workspace))!.Outcome.Domains);
    }

    [Fact]
    public async Task Accept_CopyAfterAForeignDomainWasClaimed_CountsItsPart()
    {
        var report = Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json();
        await Complete(await Upload(report));
        await Scene.Claim(Other);
        Assert.Equal(IngestionState.Counted, (await Complete(await Upload(report))).State);
        Assert.Equal((1, 2), ((await Scorecard()).Sessions.Successful, (await Scorecard(Other)).Sessions.Successful));
        Assert.Empty((await Quarantine.List(null, 10)).Items);
    }

    /// <summary>The workspace has meanwhile decided to count signed reports alone: what was counted stays.</summary>
    [Fact]
    public async Task Accept_UnsignedCopyThatIsKeptOutNow_ChangesNothing()
    {
        await Scene.Claim(Other);
        var report = Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json();
        var first = await Deliver(report);
        await Complete(first);
        await Remove(Other);
        await Scene.Claim(Other);
        await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).SetCountsUnauthenticated(false, "owner");
        await Complete(await Deliver(report));
        Assert.Equal((1, 0), ((await Scorecard()).Sessions.Successful, (await Scorecard(Other)).Reports));
        Assert.Equal([Domain], (await Scene.Cluster.Grains.Ingestion(first.Id).Get(DomainScene.Workspace))!.Outcome.Domains);
    }

    [Fact]
    public async Task Discard_OfAPartlyForeignEnvelope_LeavesWhatIsCounted()
    {
        var receipt = await Upload(Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json());
        await Complete(receipt);
        await Quarantine.Discard(receipt.Id);
        await Poll.Until(async () => (await Quarantine.GetSummary()).Items == 0, Limit, "it to go from the list");
        Assert.Equal(IngestionState.Counted, (await Scene.Cluster.Grains.Ingestion(receipt.Id).Get(DomainScene.Workspace))!.Outcome.State);
    }

    [Fact]
    public async Task Quarantine_LongNamesOfAnOutsider_StayBounded()
    {
        var raw = Reported.Report("r1", [.. Enumerable.Range(0, 50).Select(i => Reported.Policy(new string('<', 4_000) + i, 1))]).Json();
        await Complete(await Upload(raw));
        Assert.InRange(Assert.Single((await Quarantine.List(null, 10)).Items).Reason.Length, 1, IngestionRecord.MaxReason + 1);
    }

    [Fact]
    public async Task Quarantine_ItemWithoutAnEnvelope_GoesWithTheFirstCall()
    {
        foreach (var act in new Func<string, Task>[] { id => Scene.Cluster.Grains.Ingestion(id).Replay(DomainScene.Workspace), _ => ReportErasure.EraseQuarantine(Scene.Cluster.Grains, DomainScene.Workspace, Domain) })
        {
            await Quarantine.Put(new QuarantineItem("rp-lost", Now, "source.https", 1, "NotAReport", "Lost.", null));
            await act("rp-lost");
            Assert.Equal(0, (await Quarantine.GetSummary()).Items);
        }
    }

    [Fact]
    public async Task Accept_ForeignDomain_WaitsInQuarantineUntilItIsClaimed()
    {
        var raw = Reported.Report("r1", Reported.Policy(Other, 5)).Json();
        var receipt = await Upload(raw);
        var outcome = await Complete(receipt);
        Assert.Equal(IngestionState.Quarantined, outcome.State);
        Assert.Contains(Other, outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(["not-yours"], (await Quarantine.List(null, 10)).Items.Select(item => item.Code));

        await Scene.Claim(Other);
        var replayed = await Scene.Cluster.Grains.Ingestion(receipt.Id).Replay(DomainScene.Workspace);

        Assert.Equal(IngestionState.Counted, replayed.Value!.State);
        Assert.Empty((await Quarantine.List(null, 10)).Items);
        Assert.Equal(5, (await Scorecard(Other)).Sessions.Successful);
        await Scene.Cluster.Grains.Ingestion(receipt.Id).Replay(DomainScene.Workspace);
        Assert.Equal(5, (await Scorecard(Other)).Sessions.Successful);
    }

    [Fact]
    public async Task Accept_NotAReport_IsKeptByteForByteWithTheReason()
    {
        var raw = "From: a@b.example\r\nSubject: hello\r\n\r\nHello?\r\n"u8.ToArray();
        var receipt = await Deliver(raw);
        var outcome = await Complete(receipt);
        Assert.Equal(IngestionState.Quarantined, outcome.State);
        Assert.False(string.IsNullOrEmpty(outcome.Reason));
        var envelope = Scene.Cluster.Grains.Ingestion(receipt.Id);
        Assert.Equal(raw, await envelope.GetRaw(DomainScene.Workspace));
        Assert.Equal(0, (await Scorecard()).Reports);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-20_000)]
    public async Task Accept_DayFarFromToday_IsQuarantined(int days)
    {
        var report = Reported.Report("r1", Reported.Policy(Domain, 1)) with { Start = Now.AddDays(days), End = Now.AddDays(days + 1) };
        var outcome = await Complete(await Deliver(report.Json()));
        Assert.Equal(IngestionState.Quarantined, outcome.State);
    }
}
