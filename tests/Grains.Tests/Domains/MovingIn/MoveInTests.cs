using MtaSts.Application.Moving;
using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A domain whose policy another service serves moves here, and out again.</summary>
public sealed class MoveInTests
{
    private const string Alice = LifecycleBench.Alice;
    private static readonly PolicyContent Theirs = new(PolicyMode.Enforce, ["mx1.example.com"], 604_800);
    private readonly LifecycleBench bench = new();
    private bool hasClaimRecord;
    private PolicyContent served = Theirs;

    private Claim Claim => Claims.Of(bench.State, Alice)!;

    private MoveInReport? Report => MoveInReport.Of(bench.View(Alice));

    [Fact]
    public void Move_StepByStep_ServesFirstAndAnnouncesLast()
    {
        Begin();
        Assert.Equal(MoveInStep.TakeOver, Report!.Step);
        Assert.Null(TakeOver());
        Assert.Equal((MoveInStep.SwitchOn, true), (Report!.Step, Report.IsSame));
        Assert.Empty(Report.Differences!);
        Assert.Null(bench.Enable(Alice));
        See();
        Assert.Equal(MoveInStep.ProveControl, Report!.Step);
        Assert.Contains(bench.Records(Alice), static record => record.Name.StartsWith("_mtasts-claim.", StringComparison.Ordinal));

        hasClaimRecord = true;
        See();
        Assert.Equal(MoveInStep.MoveCname, Report!.Step);
        Assert.Equal(Theirs, bench.Served!.Content with { Mx = Theirs.Mx });
        bench.FinishHostname();
        bench.Pass(TimeSpan.FromDays(1));
        See();
        Assert.Equal(0, bench.State.AnnouncedNumber); // Senders still fetch from the other service.
        Assert.DoesNotContain(Claim.Alerts, static alert => alert.Kind is AlertKinds.CnameLost or AlertKinds.PolicyHostUnreached or AlertKinds.PolicyRecordMismatch);

        bench.Pass(TimeSpan.FromMinutes(1));
        bench.See(Alice, "v=STSv1; id=theirs;");
        bench.FinishHostname();
        bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(HostingState.Live, bench.View(Alice).Hosting.State);
        Assert.Equal(1, bench.State.AnnouncedNumber);
        Assert.Equal(PolicyMode.Enforce, bench.Served!.Content.Mode);
    }

    [Fact]
    public void Enable_WithoutADraft_StartsWithThePolicyInEffect()
    {
        Begin();
        Assert.Null(bench.Enable(Alice));
        Assert.True(PolicyComparison.Compare(Theirs.ToPolicy(), Claim.Draft!.ToPolicy()).Count == 0);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.See(Alice, "v=STSv1; id=theirs;"); // The CNAME moves at once.
        Assert.Equal(PolicyMode.Enforce, bench.Served!.Content.Mode);
    }

    /// <summary>Whether the MX hosts are known makes no difference to a policy that senders enforce already.</summary>
    [Fact]
    public void TakeOver_OfAPolicyThatWouldNeedAnOverride_NeedsNone()
    {
        Begin(new PolicyContent(PolicyMode.Enforce, ["mx9.example.com"], 604_800));
        Assert.Null(TakeOver());
        Assert.Equal(RefusalCodes.NeedsOverride, Put(Theirs with { Mx = ["mx8.example.com"] })!.Code);
    }

    [Theory]
    [InlineData(PolicyMode.Testing)]
    [InlineData(PolicyMode.None)]
    public void Put_OfLessThanIsInEffect_NeedsAnOverride(PolicyMode mode)
    {
        Begin();
        Assert.Contains("enforce", Put(Theirs with { Mode = mode })!.Message, StringComparison.Ordinal);
        Assert.Null(Put(Theirs with { Mode = mode }, isOverridden: true));
        Assert.Equal([PolicyAdviceCodes.WeakerThanElsewhere], Claim.DraftOverridden);
        Assert.Null(bench.Enable(Alice));
    }

    /// <summary>A draft from before the other service began to enforce.</summary>
    [Fact]
    public void Enable_WithADraftOfLess_NeedsAnOverride()
    {
        Begin(Theirs with { Mode = PolicyMode.Testing });
        Assert.Null(Put(Theirs with { Mode = PolicyMode.Testing }));
        served = Theirs;
        See();
        Assert.Equal(RefusalCodes.NeedsOverride, bench.Enable(Alice)!.Code);
    }

    [Fact]
    public void PolicyThere_ChangedMeanwhile_IsSaidAndTakenOver()
    {
        ToTheCname();
        served = Theirs with { Mx = ["mx1.example.com", "mx2.example.com"] };
        See();
        Assert.Equal((MoveInStep.TakeOver, true), (Report!.Step, Report.IsChanged));
        Assert.Null(TakeOver());
        Assert.Equal(2, bench.Served!.Content.Mx.Count);
        Assert.Equal(MoveInStep.MoveCname, Report!.Step);
    }

    /// <summary>Only who controls the domain can have a policy served for it.</summary>
    [Fact]
    public void TakeOver_WithoutAClaimRecord_ServesNothing()
    {
        Begin();
        TakeOver();
        bench.Enable(Alice);
        See();
        See();
        Assert.Null(bench.Served);
    }

    [Fact]
    public void MovedOut_ToTheSamePolicy_NeedsNothingPublished()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Theirs.MaxAge);
        bench.Pass(TimeSpan.FromDays(30));
        bench.See(Alice, "v=STSv1; id=1;");
        bench.Disable(Alice);
        var safe = bench.View(Alice).Hosting.SafeToRemoveAt;
        bench.Pass(TimeSpan.FromHours(2));
        See();
        Assert.DoesNotContain(Claim.Alerts, static alert => alert.Kind is AlertKinds.CnameLost or AlertKinds.PolicyRecordMismatch);
        Assert.True(MoveInReport.HasMovedOut(bench.View(Alice)));
        Assert.Equal(safe, bench.View(Alice).Hosting.SafeToRemoveAt); // The clock is not shortened.

        served = Theirs with { Mode = PolicyMode.Testing };
        bench.Pass(TimeSpan.FromHours(2));
        See();
        Assert.False(MoveInReport.HasMovedOut(bench.View(Alice)));
        Assert.Contains(Claim.Alerts, static alert => alert.Kind == AlertKinds.CnameLost);
    }

    private void Begin(PolicyContent? theirs = null)
    {
        served = theirs ?? Theirs;
        bench.Claim(Alice);
        See();
    }

    private void ToTheCname()
    {
        Begin();
        TakeOver();
        bench.Enable(Alice);
        hasClaimRecord = true;
        See();
        bench.FinishHostname();
    }

    private Refusal? TakeOver() => Put(served);

    private Refusal? Put(PolicyContent content, bool isOverridden = false) => bench.Do((state, now) => bench.Lifecycle.PutPolicy(state, Alice, content, Alice, null, isOverridden, now));

    /// <summary>The CNAME leads to the other service.</summary>
    private void See()
    {
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.SeeZone(Elsewhere(bench, served, hasClaimRecord ? Alice : null));
    }

    internal static Observation Elsewhere(LifecycleBench bench, PolicyContent served, string? claimRecordOf)
    {
        var fetch = new PolicyFetch(bench.Now, null, "hash", ["192.0.2.1"], null) { Content = served, Body = served.ToText() };
        return bench.Observe(null, "v=STSv1; id=theirs;") with
        {
            Cname = new LookupView(DnsStatus.Found, ["mta-sts.them.example"], 300, null),
            ClaimRecord = claimRecordOf is null ? new LookupView(DnsStatus.NoName, [], 0, null) : new LookupView(DnsStatus.Found, [NamingOptions.ClaimText(LifecycleBench.Token(claimRecordOf))], 300, null),
            Reach = claimRecordOf is null ? null : new Reach(bench.Now, false, new FetchFault(FetchFaultKind.OtherServer, "192.0.2.1"), ["192.0.2.1"]),
            Elsewhere = fetch,
        };
    }
}
