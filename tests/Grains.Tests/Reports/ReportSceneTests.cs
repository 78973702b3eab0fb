using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Tests of reports from the inbox to the scorecard, with a claimed domain. Derive once for each engine.</summary>
public abstract class ReportSceneTests : DomainSceneTests
{
    protected const string Domain = "harbour.example";
    protected const string Other = "orchard.example";
    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private protected IReportInbox Inbox => Scene.Cluster.Services.GetRequiredService<IReportInbox>();

    private protected IQuarantineGrain Quarantine => Scene.Cluster.Grains.Quarantine(DomainScene.Workspace);

    protected override Task BeginAsync() => Scene.Claim(Domain);

    private protected static DateOnly Day => DateOnly.FromDateTime(Reported.Day.UtcDateTime);

    private protected DateTimeOffset Now => Scene.Cluster.Clock.GetUtcNow();

    private protected async Task<Receipt.Stored> Deliver(byte[] raw) =>
        Assert.IsType<Receipt.Stored>(await Inbox.AcceptAsync(new Envelope("source.https", Now, raw, (await Scene.View(Domain)).Token, null), TestContext.Current.CancellationToken));

    private protected async Task<Receipt.Stored> Upload(byte[] raw) =>
        Assert.IsType<Receipt.Stored>(await Inbox.AcceptAsync(new Envelope("source.upload", Now, raw, null, DomainScene.Workspace), TestContext.Current.CancellationToken));

    private protected async Task Remove(string domain)
    {
        await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).RemoveDomain(domain, "owner");
        await Poll.Until(async () => await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).HasClaim(domain) is false, Limit, "the domain to go");
    }

    private protected async Task<IngestionOutcome> Complete(Receipt.Stored receipt) => (await Scene.Cluster.Grains.Ingestion(receipt.Id).Complete())!;

    private protected Task<ScorecardView> Scorecard(string domain = Domain) => ScorecardReader.LoadScorecard(Scene.Cluster.Grains, DomainScene.Workspace, domain, Day.AddDays(-10), Day.AddDays(10), Now);
}
