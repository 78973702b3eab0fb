using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

public sealed class DomainLifecycleTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string Bob = LifecycleBench.Bob;
    private readonly LifecycleBench bench = new();

    [Fact]
    public void FullWalk_ClaimToOff_PassesEveryState()
    {
        bench.Claim(Alice);
        Assert.Equal(HostingState.Off, bench.View(Alice).Hosting.State);
        Assert.Null(bench.Put(Alice, PolicyMode.Testing, 86_400));
        Assert.Null(bench.Enable(Alice));
        Assert.Equal(HostingState.AwaitingCname, bench.View(Alice).Hosting.State);
        Assert.Null(bench.Served);
        bench.See(Alice);
        Assert.Equal(HostingState.Provisioning, bench.View(Alice).Hosting.State);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        bench.FinishHostname(result: new HostnameResult(false, "Waiting for the certificate."));
        Assert.Equal("Waiting for the certificate.", bench.View(Alice).Hosting.Problem);
        bench.FinishHostname();
        Assert.Equal(HostingState.Live, bench.View(Alice).Hosting.State);
        Assert.Null(bench.View(Alice).Hosting.Problem);
        bench.Disable(Alice);
        Assert.Equal(HostingState.Retiring, bench.View(Alice).Hosting.State);
        Assert.Equal(PolicyMode.None, bench.Served!.Content.Mode);
        Assert.NotEmpty(bench.Served.Content.Mx);
        bench.Pass(bench.View(Alice).Hosting.SafeToRemoveAt!.Value - bench.Now);
        Assert.Equal(HostingState.Removing, bench.View(Alice).Hosting.State);
        Assert.Equal(PolicyMode.None, bench.Served!.Content.Mode);
        bench.FinishHostname(exists: false);
        Assert.Equal(HostingState.Off, bench.View(Alice).Hosting.State);
        Assert.Null(bench.Served);
    }

    [Fact]
    public void Enable_WithoutPolicyAndMx_IsRefusedWithWhatToDo()
    {
        bench.Claim(Alice);
        Assert.Equal(RefusalCodes.PolicyMissing, bench.Enable(Alice)!.Code);
    }

    [Fact]
    public void Enable_WithoutPolicy_StartsTestingWithTheMxSeen()
    {
        bench.Claim(Alice);
        bench.See(null, mx: ["mx2.example.com", "mx1.example.com"]);
        Assert.Null(bench.Enable(Alice));
        bench.See(Alice);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Equal(["mx2.example.com", "mx1.example.com"], bench.Served.Content.Mx);
    }

    [Fact]
    public void PutPolicy_SameContentAgain_KeepsTheId()
    {
        bench.GoLive(Alice);
        var id = bench.Served!.Id;
        bench.Put(Alice, PolicyMode.Testing, 86_400, "MX1.example.com.");
        Assert.Equal(id, bench.Served!.Id);
    }

    [Fact]
    public void PutPolicy_WhileLive_ServesAtOnceAndAnnouncesAfterTheLease()
    {
        bench.GoLive(Alice);
        bench.Pass(TimeSpan.FromMinutes(1));
        var first = bench.Served!;
        Assert.Equal($"v=STSv1; id={first.Id};", bench.Records(Alice)[1].Alternative);
        bench.Put(Alice, PolicyMode.Enforce, 604_800);
        Assert.Equal(PolicyMode.Enforce, bench.Served!.Content.Mode);
        bench.Pass(bench.Options.Lease);
        Assert.Equal($"v=STSv1; id={first.Id};", bench.Records(Alice)[1].Alternative);
        bench.Pass(bench.Options.AnnounceMargin);
        Assert.Equal($"v=STSv1; id={bench.Served.Id};", bench.Records(Alice)[1].Alternative);
    }

    [Fact]
    public void Announcement_GrainRestartedBeforeTheLeaseIsOver_WaitsAFullLeaseAgain()
    {
        bench.GoLive(Alice);
        bench.Pass(TimeSpan.FromSeconds(10));
        bench.HandedOutSince = bench.Now; // The slow write, or the crash, ended only now.
        bench.Pass(TimeSpan.FromSeconds(15));
        Assert.Null(bench.Records(Alice)[1].Alternative);
        bench.Pass(TimeSpan.FromSeconds(5));
        Assert.NotNull(bench.Records(Alice)[1].Alternative);
    }

    [Fact]
    public void Retirement_EarlierVersionPromisedLonger_CountsFromItsLastMoment()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 30 * 86_400);
        bench.Pass(TimeSpan.FromDays(3));
        bench.See(Alice, "v=STSv1; id=1;", ttl: 1_800);
        var replacedAt = bench.Now;
        bench.Put(Alice, PolicyMode.Enforce, 86_400);
        bench.Pass(TimeSpan.FromDays(2));
        bench.Disable(Alice);
        var end = replacedAt + bench.Options.Lease + TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1_800);
        Assert.Equal(end, bench.View(Alice).Hosting.SafeToRemoveAt);
        bench.Pass(end - bench.Now - TimeSpan.FromTicks(1));
        Assert.Equal(ServingState.Retiring, bench.State.Serving);
        bench.Pass(TimeSpan.FromTicks(1));
        Assert.Equal(ServingState.Removing, bench.State.Serving);
    }

    [Fact]
    public void Retirement_GatewayServedWhileCutOff_CountsFromThere()
    {
        bench.GoLive(Alice);
        var old = bench.Served!.Number;
        bench.Disable(Alice);
        var before = bench.View(Alice).Hosting.SafeToRemoveAt!.Value;
        bench.Set(DomainLifecycle.ServedWhileCutOff(bench.State, old, bench.Now + TimeSpan.FromHours(5)));
        Assert.Equal(before + TimeSpan.FromHours(5), bench.View(Alice).Hosting.SafeToRemoveAt);
    }

    [Fact]
    public void Enable_WhileRetiring_GoesBackAtOnceWithANewIdAndKeepsTheHostname()
    {
        bench.GoLive(Alice);
        var id = bench.Served!.Id;
        bench.Disable(Alice);
        var none = bench.Served!.Id;
        bench.Enable(Alice);
        Assert.Equal(ServingState.Live, bench.State.Serving);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Equal(3, new HashSet<string> { id, none, bench.Served.Id }.Count);
        Assert.True(bench.State.Hostname!.Exists);
    }

    [Fact]
    public void Disable_WhileAwaitingCname_IsOffAtOnce()
    {
        bench.Claim(Alice);
        bench.Put(Alice, PolicyMode.Testing, 86_400);
        bench.Enable(Alice);
        bench.Disable(Alice);
        Assert.Equal(HostingState.Off, bench.View(Alice).Hosting.State);
    }

    [Fact]
    public void Observe_CnameGone_KeepsServingAndHolderAndWarns()
    {
        bench.GoLive(Alice);
        bench.Pass(TimeSpan.FromHours(1));
        bench.See(null);
        Assert.Equal(Alice, bench.State.Holder);
        Assert.NotNull(bench.Served);
        Assert.Contains(bench.State.Claims[0].Alerts, a => a.Kind == "cname-lost");
        bench.See(Alice);
        Assert.DoesNotContain(bench.State.Claims[0].Alerts, a => a.Kind == "cname-lost");
    }

    [Fact]
    public void Observe_AnotherTokenOnce_ChangesNothing()
    {
        bench.GoLive(Alice);
        bench.Claim(Bob);
        bench.Put(Bob, PolicyMode.Enforce, 604_800);
        bench.Enable(Bob);
        bench.See(Bob);
        bench.Pass(TimeSpan.FromSeconds(30));
        bench.See(Bob);
        Assert.Equal(Alice, bench.State.Holder);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Contains(Claims.Of(bench.State, Alice)!.Alerts, a => a.Kind == "claim-challenged");
    }

    [Fact]
    public void Observe_AnotherTokenForItsTtl_HandsOverAndTheClockKeepsTheFormerVersions()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 20 * 86_400);
        bench.Claim(Bob);
        bench.Put(Bob, PolicyMode.Testing, 86_400);
        bench.Enable(Bob);
        bench.See(Bob, ttl: 600);
        bench.Pass(TimeSpan.FromSeconds(600));
        bench.See(Bob, ttl: 600);
        Assert.Equal(Bob, bench.State.Holder);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Equal(Bob, bench.Served.Workspace);
        Assert.True(bench.View(Bob).Hosting.SafeToRemoveAt >= bench.Now + TimeSpan.FromDays(20));
        Assert.DoesNotContain(DomainViews.Versions(bench.State, Claims.Of(bench.State, Bob)!), v => v.Content.MaxAge == 20 * 86_400);
        Assert.Null(bench.Put(Alice, PolicyMode.None, 86_400)); // Her draft; what is served is not hers any more.
        Assert.Equal(Bob, bench.Served.Workspace);
    }

    [Fact]
    public void Observe_HandedToAWorkspaceWithoutHosting_RetiresWhatWasServed()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 604_800);
        bench.Claim(Bob);
        bench.See(Bob);
        bench.Pass(TimeSpan.FromMinutes(5));
        bench.See(Bob);
        Assert.Equal(ServingState.Retiring, bench.State.Serving);
        Assert.Equal(PolicyMode.None, bench.Served!.Content.Mode);
    }

    [Fact]
    public void RemoveClaim_WhileLive_RetiresFirstAndForgetsWhenItIsOver()
    {
        bench.GoLive(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        Assert.Equal(ServingState.Retiring, bench.State.Serving);
        Assert.True(bench.View(Alice).Leaving);
        bench.Pass(TimeSpan.FromDays(3));
        bench.FinishHostname(exists: false);
        Assert.Empty(bench.State.Claims);
        Assert.Contains(bench.State.Outbox, message => message is OutboxMessage.RemoveToken { Token: var token } && token == LifecycleBench.Token(Alice));
        Assert.Contains(bench.State.Outbox, message => message is OutboxMessage.EraseClaim { Workspace: Alice });
    }

    [Fact]
    public void RemoveClaim_OfABystander_GoesAtOnceAndTouchesNothingServed()
    {
        bench.GoLive(Alice);
        bench.Claim(Bob);
        var served = bench.Served;
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Bob, Bob, now));
        Assert.Null(Claims.Of(bench.State, Bob));
        Assert.Same(served, bench.Served);
    }

    [Fact]
    public void RemoveHostname_Failing_GoesOnServingNoneAndTriesAgainWithGrowingPauses()
    {
        bench.GoLive(Alice);
        bench.Disable(Alice);
        bench.Pass(TimeSpan.FromDays(3));
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 4; i++)
        {
            bench.FinishHostname(exists: false, new HostnameResult(false, "provider is down"));
            pauses.Add(bench.State.Hostname!.DueAt - bench.Now);
        }
        Assert.Equal([10, 20, 40, 80], pauses.Select(p => (int)p.TotalSeconds));
        Assert.Equal(PolicyMode.None, bench.Served!.Content.Mode);
    }

    [Fact]
    public void Records_AnotherReportAddressFirst_IsOkWithAdvice()
    {
        bench.Claim(Alice);
        var ours = $"mailto:{LifecycleBench.Naming.ReportAddress(LifecycleBench.Token(Alice))}";
        var seen = bench.Observe(null) with { ReportingRecord = new LookupView(Modules.Dns.DnsStatus.Found, [$"v=TLSRPTv1; rua=mailto:me@example.com,{ours}"], 300, null) };
        bench.Set(bench.Lifecycle.Observe(bench.State, seen, bench.Now));
        var record = bench.Records(Alice)[2];
        Assert.Equal(RecordState.Ok, record.State);
        Assert.Contains("first", record.Detail!, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_MxOutsideAnEnforcedPolicy_AreCriticalAndNameTheHost()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 604_800);
        bench.Pass(TimeSpan.FromHours(1));
        bench.See(Alice, mx: ["mx1.example.com", "backup.example.net"]);
        var alert = Assert.Single(bench.State.Claims[0].Alerts, a => a.Kind == "mx-not-covered");
        Assert.Equal(AlertSeverity.Critical, alert.Words().Severity);
        Assert.Contains("backup.example.net", alert.Words().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alert_LiveHostnameFailsAtItsProvider_AfterThirdTryAndUntilItIsWell()
    {
        bench.GoLive(Alice);
        for (var tries = 1; tries <= bench.Options.AlertAfterTries; tries++)
        {
            Assert.DoesNotContain(Claims.Of(bench.State, Alice)!.Alerts, alert => alert.Kind == "hostname-problem");
            bench.Pass(bench.Options.EnsureLive);
            bench.FinishHostname(result: new HostnameResult(false, "busy", "It is tried again."));
        }
        Assert.Contains(Claims.Of(bench.State, Alice)!.Alerts, alert => alert.Kind == "hostname-problem" && alert.Words().Message == "busy It is tried again.");
        bench.FinishHostname();
        Assert.DoesNotContain(Claims.Of(bench.State, Alice)!.Alerts, alert => alert.Kind == "hostname-problem");
    }

    [Fact]
    public void Begin_JustAfterARemoval_WaitsUntilASecondRemovalCannotBeUnderWay()
    {
        bench.GoLive(Alice);
        bench.Disable(Alice);
        bench.Pass(TimeSpan.FromDays(3));
        bench.FinishHostname(exists: false);
        bench.Enable(Alice);

        bench.See(Alice);
        Assert.Null(bench.Served);

        bench.Pass(bench.Options.RemovalPause);
        bench.See(Alice);
        Assert.NotNull(bench.Served);
    }

    [Fact]
    public void AddClaim_WhileTheFormerOneIsForgotten_IsRefusedAndThenTaken()
    {
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        Assert.Equal(RefusalCodes.NotPossibleNow, bench.Do((s, now) => DomainLifecycle.AddClaim(s, Alice, "another", now))?.Code);

        bench.Deliver<OutboxMessage.EraseClaim>();
        Assert.Null(bench.Do((s, now) => DomainLifecycle.AddClaim(s, Alice, "another", now)));
    }

    /// <summary>A removal that is repeated before the claim's data is deleted must not let the workspace forget the claim.</summary>
    [Fact]
    public void RemoveClaim_Repeated_IsNotFoundOnlyWhenItsDataIsDeleted()
    {
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        var state = bench.State;
        Assert.Null(bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now)));
        Assert.Same(state, bench.State);

        bench.Deliver<OutboxMessage.EraseClaim>();
        Assert.Equal(RefusalCodes.NotFound, bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now))?.Code);
    }

    /// <summary>A late result must not end other work of the domain's next life.</summary>
    [Fact]
    public void WorkIds_InTheNextLifeOfADomain_AreOthers()
    {
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        var ids = bench.State.Work.Select(work => work.Id).ToArray();

        bench.State = new DomainState();
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        Assert.Empty(ids.Intersect(bench.State.Work.Select(work => work.Id)));
    }

    [Fact]
    public void RetirementClock_OnSeveralSilos_CountsWhatADeadGatewayCouldNotTell()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 604_800);
        bench.Disable(Alice);
        var alone = RetirementClock.End(bench.State, bench.Now, bench.Options);
        bench.Options.ServedUnseen = TimeSpan.FromHours(24);
        Assert.Equal(TimeSpan.FromHours(24) - bench.Options.Lease, RetirementClock.End(bench.State, bench.Now, bench.Options) - alone);
    }
}
