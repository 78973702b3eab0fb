using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

public sealed class MxPlanTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string Old = "mx1.example.com";
    private const string New = "example-com.h-v1.mx.microsoft";
    private const int Week = 604_800;
    private static readonly TimeSpan MxTtl = TimeSpan.FromHours(4);
    private readonly LifecycleBench bench = new();
    private string? id;
    private string[] mx = [Old];

    private Claim Claim => Claims.Of(bench.State, Alice)!;

    private IReadOnlyList<MxPlanStepView> Steps => MxPlanSteps.Of(bench.State, Claim, Claim.MxPlan!, bench.Options, bench.Now);

    private string States => string.Join(' ', Steps.Select(static step => step.State));

    private AlertCondition? Reminder => Claim.Alerts.FirstOrDefault(static alert => alert.Kind == AlertKinds.MxPlanStep);

    /// <summary>Everything in order, each step at its time.</summary>
    [Fact]
    public void Plan_StepByStep_TellsEachDate()
    {
        GoLive();
        Assert.Null(Put(New));
        Assert.Equal("Open Later Later Later Later Later", States);
        Assert.Equal([New], Steps[0].Hosts);
        Assert.Equal([Old, New], Steps[0].Proposed!.Mx);
        Assert.Equal(bench.Now + TimeSpan.FromDays(7) + Unseen, Steps[3].At);
        Assert.Equal(Steps[3].At + MxTtl, Steps[5].At);

        Serve(Steps[0].Proposed!);
        var replaced = bench.Now;
        Assert.Equal("Done Blocked Later Later Later Later", States);
        Announce();
        Assert.Equal("Done Open Later Later Later Later", States);
        Publish();
        Assert.Equal("Done Done Waiting Later Later Later", States);
        Assert.Equal(Later(replaced + Unseen, bench.Now + Ttl) + TimeSpan.FromDays(7), Steps[2].At);

        See(Steps[2].At!.Value - bench.Now - TimeSpan.FromSeconds(1));
        Assert.Equal("Done Done Waiting Later Later Later", States);
        See(TimeSpan.FromSeconds(1));
        Assert.Equal("Done Done Done Open Later Later", States);
        Assert.Equal([New], Steps[3].Hosts);
        Assert.Equal([Old], Steps[3].OldHosts);

        mx = [Old, New];
        See(TimeSpan.FromHours(1));
        Assert.Equal(MxPlanStepState.Open, Steps[3].State); // Both are possible for a while.
        mx = [New];
        See(TimeSpan.FromHours(1));
        Assert.Equal("Done Done Done Done Waiting Later", States);
        Assert.Equal(bench.Now + MxTtl, Steps[4].At);
        See(MxTtl);
        Assert.Equal("Done Done Done Done Done Open", States);
        Assert.Equal([Old], Steps[5].Hosts);
        Serve(Steps[5].Proposed!);
        Assert.Equal([New], bench.Served!.Content.Mx);
        Assert.Equal(bench.Now, Claim.MxPlan!.DoneAt);
        Assert.Equal([MxPlanChange.Finished, MxPlanChange.Started], Claim.MxPlanHistory.Select(static entry => entry.Change));
    }

    /// <summary>An earlier version may have promised more than the present one; a sender may have renewed its copy until the DNS showed the next id.</summary>
    [Fact]
    public void Wait_AfterAnEarlierVersionWithALongerLife_IsForThatOne()
    {
        GoLive(maxAge: 31_557_600);
        bench.Put(Alice, PolicyMode.Enforce, Week);
        AnnounceAndPublish();
        var until = bench.Now + RetirementClock.PolicyRecordTtl(bench.State, bench.Options) + TimeSpan.FromSeconds(31_557_600);
        See(TimeSpan.FromDays(30));
        Put(New);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        Assert.Equal(until, Steps[2].At);
    }

    /// <summary>A sender may renew its copy for as long as the id in the DNS is the old one.</summary>
    [Fact]
    public void Wait_AfterALateId_IsCountedFromTheId()
    {
        GoLive();
        Put(New);
        Serve(Steps[0].Proposed!);
        See(TimeSpan.FromDays(5));
        Assert.Equal("Done Open Later Later Later Later", States);
        Publish();
        Assert.Equal(bench.Now + Ttl + TimeSpan.FromDays(7), Steps[2].At);
    }

    [Fact]
    public void Steps_OfAPolicyInTesting_AreNotWaitedFor()
    {
        GoLive(PolicyMode.Testing);
        Put(New);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        Assert.Equal("Done Done Done Open Later Later", States);
        Assert.Equal(MxPlanReason.NotEnforced, Steps[2].Reason);
        mx = [New];
        See(TimeSpan.FromMinutes(1));
        Assert.Equal("Done Done Done Done Done Open", States);
    }

    [Fact]
    public void MxSwitchedBack_ReopensTheStep()
    {
        ToTheSwitch();
        mx = [New];
        See(TimeSpan.FromHours(1));
        Assert.Equal(MxPlanStepState.Waiting, Steps[4].State);
        mx = [Old];
        See(TimeSpan.FromHours(1));
        Assert.Equal("Done Done Done Open Later Later", States);
    }

    [Fact]
    public void PolicyRestored_GoesBackToTheFirstStepAndWaitsAgain()
    {
        ToTheSwitch();
        Assert.Null(bench.Do((state, now) => bench.Lifecycle.RestorePolicy(state, Alice, 1, Alice, isOverridden: true, now)));
        Assert.Equal("Open", States.Split(' ')[0]);
        Assert.Equal(MxPlanReason.Undone, Steps[0].Reason);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        Assert.Equal(MxPlanStepState.Waiting, Steps[2].State);
    }

    [Fact]
    public void FailedLookup_UndoesNothing()
    {
        ToTheSwitch();
        mx = [New];
        See(TimeSpan.FromHours(1));
        var before = Claim.MxPlan;
        bench.SeeNothing();
        Assert.Equal(before, Claim.MxPlan);
    }

    [Fact]
    public void Policy_WithoutHostsOfThePlan_NeedsAnOverride()
    {
        ToTheSwitch();
        Assert.Equal("mx-plan-new-hosts!", Advice(Old));
        mx = [New];
        See(TimeSpan.FromHours(1));
        Assert.Equal("mx-plan-old-hosts!", Advice(New));
        See(MxTtl);
        Assert.Equal("", Advice(New));
    }

    /// <summary>The new hosts are no mistake, although no MX record names them yet.</summary>
    [Fact]
    public void Policy_WithTheNewHosts_HasNoAdvice()
    {
        GoLive();
        Assert.Equal("mx-matches-nothing", Advice(Old, New));
        Put(New);
        Assert.Equal("", Advice(Old, New));
    }

    [Fact]
    public void Reminder_IsRaisedWhenAStepMayBeTaken_AndOverWhenItIs()
    {
        ToTheSwitch();
        Assert.Equal(["switchMx"], Reminder!.Parameters[AlertParameters.Step]);
        Assert.Equal(AlertSeverity.Info, Reminder.Words().Severity);
        mx = [New];
        See(TimeSpan.FromHours(1));
        Assert.Null(Reminder);
        See(MxTtl);
        Assert.Equal(["removeOldHosts"], Reminder!.Parameters[AlertParameters.Step]);
        Serve(Steps[5].Proposed!);
        Assert.Null(Reminder);
    }

    [Fact]
    public void MxSwitchedTooEarly_IsCritical()
    {
        GoLive();
        Put(New);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        mx = [New];
        See(TimeSpan.FromHours(1));
        Assert.Equal(MxPlanReason.SwitchedEarly, Steps[2].Reason);
        Assert.Equal(AlertSeverity.Critical, Reminder!.Words().Severity);
        mx = [Old, New];
        See(TimeSpan.FromHours(1));
        Assert.Null(Reminder);
    }

    [Fact]
    public void Skip_IsForTheCurrentWaitOnly()
    {
        GoLive();
        Put(New);
        Assert.Equal(RefusalCodes.Invalid, Skip(MxPlanStep.SwitchMx)!.Code);
        Assert.Equal(RefusalCodes.NotPossibleNow, Skip(MxPlanStep.WaitForPolicies)!.Code);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        Assert.Null(Skip(MxPlanStep.WaitForPolicies));
        Assert.Equal("Done Done Skipped Open Later Later", States);
        Assert.Equal((MxPlanChange.Skipped, Alice), (Claim.MxPlanHistory[0].Change, Claim.MxPlanHistory[0].By));
    }

    [Fact]
    public void Put_OfADomainThatIsOnlyMonitored_SaysWhatToDo()
    {
        bench.Claim(Alice);
        bench.See(null);
        Assert.Contains("Switch hosting on", Put(New)!.Message, StringComparison.Ordinal);
        Assert.Null(Claim.MxPlan);
    }

    [Theory]
    [InlineData("*.mx.microsoft")]
    [InlineData("no host")]
    [InlineData("example-com.<x>.mx.microsoft")]
    [InlineData(null)]
    public void Put_OfWhatIsNoHost_IsRefused(string? host)
    {
        GoLive();
        Assert.Equal("mx", (host is null ? Put() : Put(host))!.Field);
    }

    [Fact]
    public void Put_OtherHosts_BeginsAgain_AndCancelEnds()
    {
        ToTheSwitch();
        Put("mx.other.example");
        Assert.Equal("Open", States.Split(' ')[0]);
        Assert.Null(bench.Do((state, now) => bench.Lifecycle.CancelMxPlan(state, Alice, Alice, now)));
        Assert.Null(Claim.MxPlan);
        Assert.Equal([MxPlanChange.Cancelled, MxPlanChange.Changed, MxPlanChange.Started], Claim.MxPlanHistory.Select(static entry => entry.Change));
        for (var i = 0; i < 100; i++)
            Put($"mx{i}.other.example");
        Assert.Equal(MxPlanView.MaxHistory, Claim.MxPlanHistory.Length);
    }

    [Fact]
    public void HostingSwitchedOff_BlocksThePlan()
    {
        GoLive();
        Put(New);
        bench.Disable(Alice);
        Assert.Equal(MxPlanReason.NotHosted, Steps[0].Reason);
        See(TimeSpan.FromDays(1));
        Assert.Null(Reminder);
    }

    private static TimeSpan Ttl => TimeSpan.FromMinutes(5);

    private TimeSpan Unseen => bench.Options.Lease + Ttl;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private void GoLive(PolicyMode mode = PolicyMode.Enforce, int maxAge = Week)
    {
        bench.Claim(Alice);
        bench.Put(Alice, mode, maxAge, Old);
        bench.Enable(Alice, isOverridden: true);
        See(TimeSpan.Zero);
        bench.FinishHostname();
        AnnounceAndPublish();
    }

    private void ToTheSwitch()
    {
        GoLive();
        Put(New);
        Serve(Steps[0].Proposed!);
        AnnounceAndPublish();
        See(Steps[2].At!.Value - bench.Now);
        Assert.Equal("Done Done Done Open Later Later", States);
    }

    private Refusal? Put(params string[] hosts) => bench.Do((state, now) => bench.Lifecycle.PutMxPlan(state, Alice, hosts, Alice, now));

    private Refusal? Skip(MxPlanStep step) => bench.Do((state, now) => bench.Lifecycle.SkipMxPlanStep(state, Alice, step, Alice, now));

    private void Serve(PolicyContent content) => Assert.Null(bench.Do((state, now) => bench.Lifecycle.PutPolicy(state, Alice, content, Alice, null, isOverridden: false, now)));

    private string Advice(params string[] hosts) => string.Join(' ', bench.Lifecycle.CheckPolicy(bench.State, Alice, new PolicyContent(PolicyMode.Enforce, hosts, Week), bench.Now).Advice.Select(static item => item.Code + (item.NeedsOverride ? "!" : "")));

    private void AnnounceAndPublish()
    {
        Announce();
        Publish();
    }

    private void Announce() => See(TimeSpan.FromMinutes(1));

    private void Publish()
    {
        id = Announcement.Version(bench.State)!.Id;
        See(TimeSpan.FromMinutes(1));
    }

    private void See(TimeSpan after)
    {
        bench.Pass(after);
        bench.SeeZone(bench.Observe(Alice, id is null ? null : PolicyRecord.Write(id)) with { Mx = new LookupView(DnsStatus.Found, mx, (int)MxTtl.TotalSeconds, null) });
    }
}
