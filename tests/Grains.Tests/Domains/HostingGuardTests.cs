using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Switching hosting on, or its beginning by itself, is no way around the questions that setting a policy asks.</summary>
public sealed class HostingGuardTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string Bob = LifecycleBench.Bob;
    private const string Elsewhere = "mx.elsewhere.example";
    private readonly LifecycleBench bench = new();

    [Fact]
    public void Enable_RetiringAndTheMxMoved_IsRefusedUntilOverriddenWhichIsRecorded()
    {
        Enforce(Alice);
        bench.Disable(Alice);
        bench.See(Alice, mx: [Elsewhere]);

        var refusal = bench.Enable(Alice);

        Assert.Equal((RefusalCodes.NeedsOverride, "mx"), (refusal!.Code, refusal.Field));
        Assert.Contains(Elsewhere, refusal.Message, StringComparison.Ordinal);
        Assert.Equal((ServingState.Retiring, PolicyMode.None), (bench.State.Serving, bench.Served!.Content.Mode));

        Assert.Null(bench.Enable(Alice, isOverridden: true));
        Assert.Equal(PolicyMode.Enforce, bench.Served.Content.Mode);
        Assert.Equal([PolicyAdviceCodes.MxNotCovered], bench.Served.Overridden);
    }

    [Fact]
    public void Enable_RetiringAndTheMxAsBefore_EnforcesAgainWithoutAQuestion()
    {
        Enforce(Alice);
        bench.Disable(Alice);
        Assert.Null(bench.Enable(Alice));
        Assert.Equal(PolicyMode.Enforce, bench.Served!.Content.Mode);
    }

    [Fact]
    public void Enable_WhileLiveAndTheMxMoved_AsksNothingAsItChangesNothing()
    {
        Enforce(Alice);
        bench.See(Alice, mx: [Elsewhere]);
        var served = bench.Served;
        Assert.Null(bench.Enable(Alice));
        Assert.Same(served, bench.Served);
    }

    [Fact]
    public void Enable_MonthsAfterARetirement_TheOldEnforcedPolicyNeedsAnOverride()
    {
        Enforce(Alice);
        RunOut(Alice);
        bench.Pass(TimeSpan.FromDays(90));
        bench.See(null);

        var refusal = bench.Enable(Alice);

        Assert.Equal((RefusalCodes.NeedsOverride, "mode"), (refusal!.Code, refusal.Field));
        bench.Put(Alice, PolicyMode.Testing, 86_400);
        Assert.Null(bench.Enable(Alice));
    }

    [Fact]
    public void Disable_AfterAnOverride_ForgetsIt()
    {
        bench.GoLive(Alice, PolicyMode.Enforce);
        Assert.NotEmpty(Claims.Of(bench.State, Alice)!.DraftOverridden);
        RunOut(Alice);
        Assert.Empty(Claims.Of(bench.State, Alice)!.DraftOverridden);
        bench.See(null);
        Assert.Equal(RefusalCodes.NeedsOverride, bench.Enable(Alice)?.Code);
    }

    [Fact]
    public void Disable_WhenNothingIsWanted_ChangesNothing()
    {
        bench.Claim(Alice);
        bench.Put(Alice, PolicyMode.Testing, 86_400);
        var before = bench.State;
        Assert.Null(bench.Disable(Alice));
        Assert.Same(before, bench.State);
    }

    [Fact]
    public void Begin_TheMxMovedWhileTheCnameWasAwaited_ServesTestingAndTellsTheOwner()
    {
        bench.Claim(Alice);
        bench.See(null);
        bench.Put(Alice, PolicyMode.Enforce, 604_800);
        Assert.Null(bench.Enable(Alice));

        bench.See(Alice, mx: [Elsewhere]);

        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Equal(["mx1.example.com"], bench.Served.Content.Mx);
        Assert.Equal([PolicyAdviceCodes.MxNotCovered], bench.Served.HeldBack);
        Assert.StartsWith("Hosting began, in testing instead of enforce.", bench.Served.Reason, StringComparison.Ordinal);
        Assert.Equal(PolicyMode.Testing, bench.View(Alice).Draft!.Mode);
        Assert.Contains(Claims.Of(bench.State, Alice)!.Alerts, alert => alert.Kind == "enforce-held-back" && alert.Words().Message.Contains("no mx line covers an MX host", StringComparison.Ordinal));
    }

    [Fact]
    public void PutPolicy_TheSameAfterItWasHeldBack_AcceptsItAsItIs()
    {
        Begin_TheMxMovedWhileTheCnameWasAwaited_ServesTestingAndTellsTheOwner();
        var id = bench.Served!.Id;
        bench.Put(Alice, PolicyMode.Testing, 604_800);
        Assert.Equal(id, bench.Served!.Id);
        Assert.DoesNotContain(Claims.Of(bench.State, Alice)!.Alerts, alert => alert.Kind == "enforce-held-back");
    }

    /// <summary>As an older build stored it: wanted, to be enforced, and nobody was ever asked.</summary>
    [Fact]
    public void Begin_WithAnEnforcedDraftNobodyOverrode_ServesTesting()
    {
        bench.Claim(Alice);
        bench.State = Claims.Update(bench.State, Claims.Of(bench.State, Alice)! with { HostingWanted = true, Draft = new PolicyContent(PolicyMode.Enforce, ["mx1.example.com"], 604_800) });
        bench.See(Alice);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Equal([PolicyAdviceCodes.EnforceUntested], bench.Served.HeldBack);
    }

    [Fact]
    public void Begin_OverriddenAndCovered_Enforces()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 604_800);
        Assert.Equal(PolicyMode.Enforce, bench.Served!.Content.Mode);
        Assert.Empty(bench.Served.HeldBack);
    }

    [Fact]
    public void HandOver_ToAPolicyThatDoesNotCoverTheMx_ServesItInTesting()
    {
        bench.GoLive(Alice);
        bench.Claim(Bob);
        bench.Put(Bob, PolicyMode.Enforce, 604_800);
        Assert.Null(bench.Enable(Bob));
        bench.See(Bob, mx: [Elsewhere]);
        bench.Pass(TimeSpan.FromMinutes(10));
        bench.See(Bob, mx: [Elsewhere]);
        Assert.Equal((Bob, PolicyMode.Testing), (bench.Served!.Workspace, bench.Served.Content.Mode));
        Assert.Equal([PolicyAdviceCodes.MxNotCovered], bench.Served.HeldBack);
    }

    [Fact]
    public void PutPolicy_TheLastLookUpFailed_IsComparedWithTheAnswerBefore()
    {
        bench.GoLive(Alice);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.SeeNothing();
        var refusal = PutCarefully(PolicyMode.Enforce, Elsewhere);
        Assert.Contains("mx1.example.com", refusal!.Message, StringComparison.Ordinal);
        Assert.Null(PutCarefully(PolicyMode.Enforce, "mx1.example.com"));
    }

    [Fact]
    public void PutPolicy_NoAnswerForADay_ToEnforceNeedsAnOverride()
    {
        bench.GoLive(Alice);
        bench.Pass(KnownMx.KeptFor);
        bench.SeeNothing();
        Assert.Contains("could not be seen", PutCarefully(PolicyMode.Enforce, "mx1.example.com")!.Message, StringComparison.Ordinal);
        Assert.Null(PutCarefully(PolicyMode.Testing, "mx1.example.com", "mx2.example.com"));
    }

    [Fact]
    public void PutPolicy_AReasonWithoutEnd_IsRefused()
    {
        bench.Claim(Alice);
        var content = new PolicyContent(PolicyMode.Testing, ["mx1.example.com"], 86_400);
        Assert.Equal("reason", bench.Do((s, now) => bench.Lifecycle.PutPolicy(s, Alice, content, Alice, new string('x', PolicyContents.MaxReason + 1), false, now))?.Field);
        Assert.Null(bench.Do((s, now) => bench.Lifecycle.PutPolicy(s, Alice, content, Alice, new string('x', PolicyContents.MaxReason), false, now)));
    }

    /// <summary>Four million lines, each another: comparing every one with all before it would take hours.</summary>
    [Fact]
    public void PutPolicy_MillionsOfMxLines_AreRefusedUnread()
    {
        bench.Claim(Alice);
        var lines = new Lines(4_000_000);
        var refusal = bench.Do((s, now) => bench.Lifecycle.PutPolicy(s, Alice, new PolicyContent(PolicyMode.Testing, lines, 86_400), Alice, null, false, now));
        Assert.Equal((RefusalCodes.Invalid, "mx"), (refusal!.Code, refusal.Field));
        Assert.Equal(0, lines.Read);
    }

    private Refusal? PutCarefully(PolicyMode mode, params string[] mx) =>
        bench.Do((s, now) => bench.Lifecycle.PutPolicy(s, Alice, new PolicyContent(mode, mx, 604_800), Alice, null, false, now));

    private void Enforce(string workspace)
    {
        bench.GoLive(workspace);
        bench.Pass(TimeSpan.FromDays(14));
        bench.See(workspace);
        bench.Put(workspace, PolicyMode.Enforce, 604_800);
        Assert.Empty(bench.Served!.Overridden);
    }

    private void RunOut(string workspace)
    {
        bench.Disable(workspace);
        bench.Pass(bench.View(workspace).Hosting.SafeToRemoveAt!.Value - bench.Now);
        bench.FinishHostname(exists: false);
        bench.Pass(bench.Options.RemovalPause);
        Assert.Equal(ServingState.Off, bench.State.Serving);
    }

    private sealed class Lines(int count) : IReadOnlyList<string>
    {
        public int Read { get; private set; }

        public int Count => count;

        public string this[int index] => $"mx{index}.example.com";

        public IEnumerator<string> GetEnumerator()
        {
            for (var i = 0; i < count; i++)
            {
                Read++;
                yield return this[i];
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
