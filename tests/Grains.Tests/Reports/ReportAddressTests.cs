using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>The report address is renewed by itself: both work for a time, then one; ownership is never touched.</summary>
public sealed class ReportAddressTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private int number;

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override Task BeginAsync() => Scene.Claim(Domain);

    [Fact]
    public async Task Renew_InTheGraceAndAfter_BothWorkThenTheNewOneAlone()
    {
        await Scene.PublishCname(Domain);
        await Scene.Check(Domain);
        var before = await Scene.View(Domain);
        var renewed = (await Scene.Domain(Domain).RenewReportAddress(DomainScene.Workspace, "me", ReportAddressGrace.Usual)).Value!;

        Assert.NotEqual(before.ReportAddress, renewed.ReportAddress);
        Assert.Equal((before.Token, before.CnameTarget, before.IsHolder), (renewed.Token, renewed.CnameTarget, renewed.IsHolder));
        var earlier = Assert.Single(renewed.EarlierReportAddresses);
        Assert.Equal((before.ReportAddress, "me"), (earlier.Address, earlier.ReplacedBy));
        Assert.IsType<Receipt.Stored>(await Deliver(before));
        Assert.IsType<Receipt.Stored>(await Deliver(renewed));
        await Counted(2);
        var old = await ReportLists.Load(Scene.Cluster.Grains, DomainScene.Workspace, Domain, new ReportFilter { Token = earlier.Token }, null, 10);
        Assert.Equal(earlier.Token, Assert.Single(old.Items).Token);

        await Scene.Pass(Domain, ReportAddressGrace.Usual + TimeSpan.FromHours(1));
        await Poll.Until(async () => await Deliver(before) is Receipt.UnknownToken, TimeSpan.FromMinutes(2), "the earlier address has ended");
        Assert.IsType<Receipt.Stored>(await Deliver(renewed));
        await Scene.Cluster.CrashAsync();
        Assert.IsType<Receipt.UnknownToken>(await Deliver(before));
        Assert.IsType<Receipt.Stored>(await Deliver(renewed));
        await Scene.Check(Domain);
        Assert.Equal(before.IsHolder, (await Scene.View(Domain)).IsHolder);
    }

    [Fact]
    public async Task Renew_TwiceWithoutGrace_EndsEachAtOnceAndKeepsTheList()
    {
        var first = await Scene.View(Domain);
        var second = (await Scene.Domain(Domain).RenewReportAddress(DomainScene.Workspace, "me", TimeSpan.Zero)).Value!;
        var third = (await Scene.Domain(Domain).RenewReportAddress(DomainScene.Workspace, "me", TimeSpan.Zero)).Value!;
        Assert.Equal([second.ReportAddress, first.ReportAddress], third.EarlierReportAddresses.Select(earlier => earlier.Address));
        await Poll.Until(async () => await Deliver(first) is Receipt.UnknownToken && await Deliver(second) is Receipt.UnknownToken, TimeSpan.FromMinutes(2), "both have ended");
        Assert.IsType<Receipt.Stored>(await Deliver(third));
    }

    [Fact]
    public async Task Renew_ByAStrangerOrForTooLong_IsRefusedAndChangesNothing()
    {
        var before = await Scene.View(Domain);
        Assert.Equal(RefusalCodes.NotFound, (await Scene.Domain(Domain).RenewReportAddress("ws-other", "me", ReportAddressGrace.Usual)).Refusal!.Code);
        foreach (var grace in new[] { TimeSpan.FromDays(-1), ReportAddressGrace.Longest + TimeSpan.FromDays(1) })
            Assert.Equal(RefusalCodes.Invalid, (await Scene.Domain(Domain).RenewReportAddress(DomainScene.Workspace, "me", grace)).Refusal!.Code);
        Assert.Equal(before.ReportAddress, (await Scene.View(Domain)).ReportAddress);
    }

    private async Task<Receipt> Deliver(DomainView view)
    {
        var report = Reported.Report("r" + Reported.Number(number++), Reported.Policy(Domain, 1));
        var envelope = new Envelope("source.https", Scene.Cluster.Clock.GetUtcNow(), report.Json(), view.ReportAddress.Split('@')[0], null);
        var receipt = await Scene.Cluster.Services.GetRequiredService<IReportInbox>().AcceptAsync(envelope, TestContext.Current.CancellationToken);
        if (receipt is Receipt.Stored stored)
            await Scene.Cluster.Grains.Ingestion(stored.Id).Complete();
        return receipt;
    }

    private Task Counted(int reports)
    {
        var day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);
        return Poll.Until(async () => (await Scene.Cluster.Grains.Scorecard(DomainScene.Workspace, Domain, day).Get())?.Reports == reports, TimeSpan.FromMinutes(2), "the reports are counted");
    }
}
