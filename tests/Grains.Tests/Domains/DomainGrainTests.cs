using MtaSts.Application.Policies;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>The domain's grain on the real storage, once for each engine.</summary>
public abstract class DomainGrainTests : DomainSceneTests
{
    [Fact]
    public async Task Walk_ClaimToLive_ServesAndAnnounces()
    {
        await Scene.GoLive("walk.example", PolicyMode.Testing, 86_400);
        Assert.Contains("mode: testing\r\n", await Scene.Served("walk.example"), StringComparison.Ordinal);
        Assert.Null((await Scene.Domain("walk.example").GetRecords(DomainScene.Workspace))![1].Expected);
        await Scene.Pass("walk.example", TimeSpan.FromSeconds(20));
        var view = await Scene.View("walk.example");
        Assert.Equal($"v=STSv1; id={view.Policy!.Id};", (await Scene.Domain("walk.example").GetRecords(DomainScene.Workspace))![1].Expected);
    }

    [Fact]
    public async Task Retirement_AcrossRestarts_ServesNoneUntilTheClockAndNotASecondLess()
    {
        const string name = "leaving.example";
        await Scene.GoLive(name, PolicyMode.Enforce, 30 * 86_400);
        Scene.Dns.Publish("_mta-sts." + name, DnsType.Txt, "v=STSv1; id=1;"); // The DNS of these tests gives every record a TTL of 300 s.
        await Scene.Pass(name, TimeSpan.FromDays(1));
        await Scene.Check(name);
        var replacedAt = Scene.Cluster.Clock.GetUtcNow();
        await Scene.Domain(name).PutPolicy(DomainScene.Workspace, new PolicyContent(PolicyMode.Enforce, ["mx1." + name], 86_400), "owner", null, isOverridden: true);
        await Scene.Pass(name, TimeSpan.FromDays(1));
        Assert.True((await Scene.Domain(name).DisableHosting(DomainScene.Workspace, "owner")).IsDone);
        var end = replacedAt + TimeSpan.FromSeconds(15) + TimeSpan.FromDays(30) + TimeSpan.FromSeconds(300);
        Assert.Equal(end, (await Scene.View(name)).Hosting.SafeToRemoveAt);

        await Scene.Cluster.RestartAsync();
        Assert.Contains("mode: none\r\n", await Scene.Served(name), StringComparison.Ordinal);
        await Scene.Pass(name, end - Scene.Cluster.Clock.GetUtcNow() - TimeSpan.FromSeconds(1));
        await Scene.Cluster.CrashAsync();
        await Scene.Wake(name);
        Assert.Equal(HostingState.Retiring, (await Scene.View(name)).Hosting.State);
        Assert.Contains("mode: none\r\n", await Scene.Served(name), StringComparison.Ordinal);

        await Scene.Pass(name, TimeSpan.FromSeconds(1));
        await Scene.Until(name, view => view.Hosting.State == HostingState.Off);
        Assert.Null(await Scene.Served(name));
    }

    [Fact]
    public async Task Retirement_NobodyAsks_ItsOwnReminderEndsIt()
    {
        const string name = "forgotten.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        await Scene.Domain(name).DisableHosting(DomainScene.Workspace, "owner");
        await Poll.Until(
            async () =>
            {
                Scene.Cluster.Clock.Advance(TimeSpan.FromMinutes(5));
                return await Scene.Domain(name).GetServedPolicy() is null;
            },
            TimeSpan.FromSeconds(60),
            "the reminder to end the retirement");
    }

    /// <summary>A page or a script that asks for checks all the time: each observation is an event, and none of them puts off what is due.</summary>
    [Fact]
    public async Task Retirement_ObservationsInQuickSuccession_EndsAllTheSame()
    {
        const string name = "watched.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        await Scene.Domain(name).DisableHosting(DomainScene.Workspace, "owner");
        Scene.Cluster.Clock.Advance((await Scene.View(name)).Hosting.SafeToRemoveAt!.Value - Scene.Cluster.Clock.GetUtcNow() - TimeSpan.FromSeconds(2));
        for (var half = 0; half < 60 && (await Scene.View(name)).Hosting.State == HostingState.Retiring; half++)
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Scene.Check(name);
        }
        Assert.NotEqual(HostingState.Retiring, (await Scene.View(name)).Hosting.State);
    }

    [Fact]
    public async Task Waiting_ForTheCname_SeesItWithinAMinute()
    {
        const string name = "waiting.example";
        await Scene.Claim(name);
        await Scene.Until(name, view => view.LastObservation is not null);
        Assert.True((await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).EnableHosting(name, "owner")).IsDone);
        for (var quarter = 0; quarter < 17; quarter++)
            await Scene.Pass(name, TimeSpan.FromSeconds(15)); // The owner takes some minutes.
        await Scene.PublishCname(name);
        var published = Scene.Cluster.Clock.GetUtcNow();
        await Poll.Until(
            async () =>
            {
                Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                return (await Scene.View(name)).Hosting.State == HostingState.Live;
            },
            TimeSpan.FromSeconds(30),
            "the domain to be live");
        Assert.InRange((await Scene.View(name)).LastObservation!.At - published, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task PutPolicy_ThatMayLoseMail_IsRefusedUntilOverriddenWhichIsRecorded()
    {
        const string name = "guarded.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        var domain = Scene.Domain(name);
        var risky = new PolicyContent(PolicyMode.Enforce, ["elsewhere.example"], 604_800);
        var refused = await domain.PutPolicy(DomainScene.Workspace, risky, "owner", null, isOverridden: false);
        Assert.Equal((RefusalCodes.NeedsOverride, "mx"), (refused.Refusal!.Code, refused.Refusal.Field));
        Assert.Contains("mode: testing", await Scene.Served(name), StringComparison.Ordinal);

        var taken = await domain.PutPolicy(DomainScene.Workspace, risky, "owner", null, isOverridden: true);

        Assert.Contains(taken.Value!.Advice, advice => advice.Code == PolicyAdviceCodes.MxNotCovered);
        Assert.Equal([PolicyAdviceCodes.MxNotCovered], (await domain.GetVersions(DomainScene.Workspace))![0].Overridden);
        Assert.Contains("elsewhere.example", await Scene.Served(name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestorePolicy_OfAnEarlierVersion_MakesItANewOne()
    {
        const string name = "restored.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        var domain = Scene.Domain(name);
        await domain.PutPolicy(DomainScene.Workspace, new PolicyContent(PolicyMode.Testing, ["mx1." + name, "mx2." + name], 172_800), "owner", null, false);
        Assert.True((await domain.RestorePolicy(DomainScene.Workspace, 1, "owner", false)).IsDone);
        var versions = (await domain.GetVersions(DomainScene.Workspace))!;
        Assert.Equal([3, 2, 1], versions.Select(version => version.Number));
        Assert.Equal("Version 1 restored", versions[0].Reason);
        Assert.Empty(PolicyChanges.Between(versions[2].Content, versions[0].Content));
        Assert.Equal(["max_age: 86400 → 172800", "mx added: mx2." + name], PolicyChanges.Between(versions[2].Content, versions[1].Content));
        Assert.Equal(RefusalCodes.NotFound, (await domain.RestorePolicy(DomainScene.Workspace, 9, "owner", false)).Refusal!.Code);
        Assert.Equal(RefusalCodes.NotFound, (await domain.RestorePolicy("ws-other", 1, "x", false)).Refusal!.Code);
    }

    [Fact]
    public async Task RemoveDomain_Retired_LeavesNothingBehind()
    {
        const string name = "gone.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        var token = (await Scene.View(name)).Token;
        Assert.NotNull(await Scene.Cluster.Grains.ClaimToken(token).Get());
        var workspace = Scene.Cluster.Grains.Workspace(DomainScene.Workspace);
        Assert.True((await workspace.RemoveDomain(name, "owner")).IsDone);
        Assert.True(await workspace.HasClaim(name));
        await Scene.Pass(name, TimeSpan.FromDays(3));
        await Poll.Until(async () => !await workspace.HasClaim(name), TimeSpan.FromMinutes(2), "the claim to go");
        await Poll.Until(async () => await Scene.Cluster.Grains.ClaimToken(token).Get() is null, TimeSpan.FromMinutes(2), "the token to lead nowhere");
        Assert.Null(await Scene.Domain(name).GetView(DomainScene.Workspace));
        Assert.Null(await Scene.Served(name));
    }

    [Fact]
    public async Task OtherWorkspace_WithoutClaim_SeesAndChangesNothing()
    {
        await Scene.GoLive("mine.example", PolicyMode.Testing, 86_400);
        var domain = Scene.Domain("mine.example");
        Assert.Null(await domain.GetView("ws-other"));
        Assert.Null(await domain.GetRecords("ws-other"));
        Assert.Null(await domain.GetVersions("ws-other"));
        Assert.Equal(RefusalCodes.NotFound, (await domain.DisableHosting("ws-other", "x")).Refusal!.Code);
        Assert.Equal(RefusalCodes.NotFound, (await domain.PutPolicy("ws-other", new PolicyContent(PolicyMode.None, ["mx.example"], 86_400), "x", null, false)).Refusal!.Code);
        Assert.Contains("mode: testing", await Scene.Served("mine.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreePlan_HostingRefused_MonitoringWorks()
    {
        await Scene.Claim("free.example");
        var workspace = Scene.Cluster.Grains.Workspace(DomainScene.Workspace);
        await workspace.SetPlan(Plan.Free, "operator");
        Assert.Equal(RefusalCodes.PlanRequired, (await workspace.EnableHosting("free.example", "owner")).Refusal!.Code);
        await Scene.Check("free.example");
        Assert.NotNull((await Scene.View("free.example")).LastObservation);
    }

    [Fact]
    public async Task PlanLapse_HostedDomains_RetireAndAreNotCutOff()
    {
        await Scene.GoLive("lapsed.example", PolicyMode.Enforce, 604_800);
        await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).SetPlan(Plan.Free, "operator");
        Assert.Equal(HostingState.Retiring, (await Scene.View("lapsed.example")).Hosting.State);
        Assert.Contains("mode: none", await Scene.Served("lapsed.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_CnameLostAndBack_AreRaisedOnceAndResolved()
    {
        const string name = "alert.example";
        await Scene.GoLive(name, PolicyMode.Testing, 86_400);
        var alerts = Scene.Cluster.Grains.Alerts(DomainScene.Workspace, name);
        Scene.Dns.Publish("mta-sts." + name, DnsType.Cname);
        await Scene.Check(name);
        await Scene.Check(name);
        await Poll.Until(async () => (await alerts.List()).Any(a => a.Kind == "cname-lost"), TimeSpan.FromMinutes(2), "the alert");
        await Scene.PublishCname(name);
        await Scene.Check(name);
        await Poll.Until(async () => (await alerts.List()) is [{ Kind: "cname-lost", ResolvedAt: not null }], TimeSpan.FromMinutes(2), "the alert to be resolved");
    }
}

public sealed class SqliteDomainGrainTests : DomainGrainTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

[LongForm]
public sealed class PostgresDomainGrainTests : DomainGrainTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
