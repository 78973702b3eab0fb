using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Two workspaces at the running grains: what one does with a domain of the other's, who wrote its token into the DNS and nobody else's.</summary>
public sealed class RivalWorkspaceTests : DomainSceneTests
{
    private const string Rival = "ws-rival";
    private const string Domain = "victim.example";
    private static readonly TimeSpan RecordTtl = TimeSpan.FromSeconds(300); // Of every record in these tests.

    private IWorkspaceGrain RivalWorkspace => Scene.Cluster.Grains.Workspace(Rival);

    [Fact]
    public async Task Claim_OfAHostedDomain_ChangesNothingThatIsServedOrAnnounced()
    {
        await Scene.GoLive(Domain, PolicyMode.Enforce, 604_800);
        var (before, id) = (await Scene.Served(Domain), (await Scene.View(Domain)).Policy!.Id);

        await RivalWantsIt(Domain);
        await LookTwice(Domain);

        Assert.Equal(before, await Scene.Served(Domain));
        Assert.Equal(id, (await Scene.View(Domain)).Policy!.Id);
        Assert.Equal(HostingState.Live, (await Scene.View(Domain)).Hosting.State);
        Assert.Equal(HostingState.AwaitingCname, (await RivalView(Domain)).Hosting.State);
        Assert.Equal(RefusalCodes.NotFound, (await Scene.Domain(Domain).RestorePolicy(Rival, 1, "rival", true)).Refusal?.Code); // The owner's versions are the owner's.
        await RivalWorkspace.RemoveDomain(Domain, "rival");
        Assert.Equal(before, await Scene.Served(Domain));
    }

    [Fact]
    public async Task CnameGone_NextToAClaimThatWaits_StaysItsHolders()
    {
        await Scene.GoLive(Domain, PolicyMode.Enforce, 604_800);
        var before = await Scene.Served(Domain);
        await RivalWantsIt(Domain);

        Scene.Dns.Publish("mta-sts." + Domain, DnsType.Cname);
        await LookTwice(Domain);

        Assert.Equal(before, await Scene.Served(Domain));
        Assert.Equal(HostingState.AwaitingCname, (await RivalView(Domain)).Hosting.State);
    }

    [Fact]
    public async Task CnameLeftBehind_ByAClaimThatWasRemoved_GivesTheNextClaimNothing()
    {
        await Scene.GoLive(Domain, PolicyMode.Testing, 86_400);
        await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).RemoveDomain(Domain, "owner");
        await Scene.Pass(Domain, TimeSpan.FromDays(3));
        await Poll.Until(async () => await Scene.Domain(Domain).GetServedPolicy() is null, TimeSpan.FromMinutes(2), "its retirement to end");

        await RivalWantsIt(Domain);
        await LookTwice(Domain);

        Assert.Null(await Scene.Served(Domain));
        Assert.Equal(HostingState.AwaitingCname, (await RivalView(Domain)).Hosting.State);
    }

    [Theory]
    [InlineData("another label")]
    [InlineData("the owner's, for another domain")]
    public async Task CnameWithATokenThatIsNotForThisDomain_GivesNothing(string token)
    {
        await Scene.Claim("other.example");
        await RivalWantsIt(Domain);
        var target = token == "another label" ? "rival." + (await RivalView(Domain)).CnameTarget : (await Scene.View("other.example")).CnameTarget;
        Scene.Dns.Publish("mta-sts." + Domain, DnsType.Cname, target);
        await LookTwice(Domain);
        Assert.Null(await Scene.Served(Domain));
    }

    /// <summary>What the attacks above are measured against: with its token in the DNS for its TTL the other workspace does get the domain, and the clock holds.</summary>
    [Fact]
    public async Task TokenInTheDns_SeenTwiceItsTtlApart_HandsTheDomainOverAndTheClockHolds()
    {
        await Scene.GoLive(Domain, PolicyMode.Enforce, 30 * 86_400);
        await RivalWantsIt(Domain);
        Scene.Dns.Publish("mta-sts." + Domain, DnsType.Cname, (await RivalView(Domain)).CnameTarget);

        await Scene.Check(Domain);
        Assert.Contains("mode: enforce", await Scene.Served(Domain), StringComparison.Ordinal); // Once is not enough.
        Scene.Cluster.Clock.Advance(RecordTtl);
        await Scene.Check(Domain);
        Assert.Contains("mx: mx.rival.example", await Scene.Served(Domain), StringComparison.Ordinal);

        await Scene.Domain(Domain).DisableHosting(Rival, "rival");
        Assert.True((await RivalView(Domain)).Hosting.SafeToRemoveAt >= Scene.Cluster.Clock.GetUtcNow() + TimeSpan.FromDays(30));
        Assert.Contains("mode: none", await Scene.Served(Domain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_ToOneWorkspacesAddress_AreSeenByNoOther()
    {
        await Scene.Claim(Domain);
        await RivalWantsIt(Domain);
        var grains = Scene.Cluster.Grains;
        var inbox = Scene.Cluster.Services.GetRequiredService<IReportInbox>();
        var day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);
        var now = Scene.Cluster.Clock.GetUtcNow();

        var owners = (Receipt.Stored)await inbox.AcceptAsync(new Envelope("source.https", now, Reported.Report("r1", Reported.Policy(Domain, 7)).Json(), (await Scene.View(Domain)).Token, null), TestContext.Current.CancellationToken);
        var junk = (Receipt.Stored)await inbox.AcceptAsync(new Envelope("source.https", now, "not a report"u8.ToArray(), (await Scene.View(Domain)).Token, null), TestContext.Current.CancellationToken);
        await grains.Ingestion(owners.Id).Complete();
        await grains.Ingestion(junk.Id).Complete();

        Assert.Equal(7, (await ScorecardReader.LoadSessions(grains, DomainScene.Workspace, Domain, day, day)).Successful);
        Assert.Equal(0, (await ScorecardReader.LoadSessions(grains, Rival, Domain, day, day)).Successful);
        Assert.Empty((await grains.Quarantine(Rival).List(null, 10)).Items);
        foreach (var id in new[] { owners.Id, junk.Id })
        {
            Assert.Null(await grains.Ingestion(id).Get(Rival));
            Assert.Null(await grains.Ingestion(id).GetRaw(Rival));
            Assert.Equal(RefusalCodes.NotFound, (await grains.Ingestion(id).Replay(Rival)).Refusal?.Code);
            await grains.Ingestion(id).Discard(Rival);
            await grains.Ingestion(id).Forget(Rival, null);
            Assert.NotNull(await grains.Ingestion(id).GetRaw(DomainScene.Workspace));
        }
        // The same bytes to the other's address are the other's: told neither that they are known nor of whom.
        var rivals = (Receipt.Stored)await inbox.AcceptAsync(new Envelope("source.https", now, Reported.Report("r1", Reported.Policy(Domain, 7)).Json(), (await RivalView(Domain)).Token, null), TestContext.Current.CancellationToken);
        Assert.True(rivals.IsNew);
        Assert.NotEqual(owners.Id, rivals.Id);
    }

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override Task BeginAsync() => Scene.Cluster.Grains.Workspace(Rival).Create("Rival", Plan.Pro, "rival@example.com");

    private async Task RivalWantsIt(string name)
    {
        Assert.True((await RivalWorkspace.ClaimDomain(name, "rival")).IsDone);
        Assert.True((await Scene.Domain(name).PutPolicy(Rival, new PolicyContent(PolicyMode.Enforce, ["mx.rival.example"], 604_800), "rival", null, isOverridden: true)).IsDone);
        Assert.True((await RivalWorkspace.EnableHosting(name, "rival", isOverridden: true)).IsDone); // The claim's check may have seen the MX since.
    }

    private async Task<DomainView> RivalView(string name) => (await Scene.Domain(name).GetView(Rival))!;

    private async Task LookTwice(string name)
    {
        await Scene.Check(name);
        await Scene.Pass(name, 2 * RecordTtl);
        await Scene.Check(name);
    }
}
