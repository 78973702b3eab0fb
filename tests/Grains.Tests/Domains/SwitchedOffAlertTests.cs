using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Switching hosting off ends no alert that still threatens mail: senders hold the policy from before until its last copy has expired.</summary>
public sealed class SwitchedOffAlertTests
{
    private const string Alice = LifecycleBench.Alice;
    private const int Week = 604_800;
    private readonly LifecycleBench bench = new();

    [Fact]
    public void StaleId_SwitchedOff_StaysOpenWithoutAGapAndAsksForTheNewId()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Pass(bench.Options.RecordGrace);
        bench.See(Alice, "v=STSv1; id=old;");
        Assert.True(IsOpen("policy-record-mismatch"));

        bench.Disable(Alice);
        Assert.True(IsOpen("policy-record-mismatch"));
        bench.Pass(TimeSpan.FromMinutes(1)); // The new id is announced: the hour for publishing it hides nothing that was wrong before.
        bench.See(Alice, "v=STSv1; id=old;");
        var alert = Open("policy-record-mismatch");
        Assert.NotNull(alert);
        Assert.Contains("Publish the new id", alert.Words().Message, StringComparison.Ordinal);
        Assert.Contains(bench.Served!.Id, alert.Words().Message, StringComparison.Ordinal);

        bench.See(Alice, $"v=STSv1; id={bench.Served.Id};");
        Assert.False(IsOpen("policy-record-mismatch"));
    }

    [Fact]
    public void StaleId_NewVersionWhileLive_StaysOpenWithoutAGap()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Pass(bench.Options.RecordGrace);
        bench.See(Alice, "v=STSv1; id=old;");
        bench.Put(Alice, PolicyMode.Enforce, Week, "mx1.example.com", "mx2.example.com");
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.See(Alice, "v=STSv1; id=old;");
        Assert.True(IsOpen("policy-record-mismatch"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MxNotCovered_SwitchedOff_StaysOpenUntilTheLastCopyHasExpired(bool isFoundAfterwards)
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        if (!isFoundAfterwards)
            SeeOtherMx();
        bench.Disable(Alice);
        SeeOtherMx();
        var alert = Open("mx-not-covered");
        Assert.NotNull(alert);
        Assert.Equal(AlertSeverity.Critical, alert.Words().Severity);
        var safe = bench.View(Alice).Hosting.SafeToRemoveAt!.Value;
        Assert.Contains("until the retirement ends", alert.Words().Message, StringComparison.Ordinal);

        bench.Now = safe - TimeSpan.FromSeconds(1);
        SeeOtherMx();
        Assert.True(IsOpen("mx-not-covered"));
        bench.Now = safe;
        bench.Tick();
        SeeOtherMx();
        Assert.Equal(ServingState.Removing, bench.State.Serving);
        Assert.Empty(Claims.Of(bench.State, Alice)!.Alerts);
    }

    [Fact]
    public void MxNotCovered_CoveredAgainWhileRetiring_IsOver()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        SeeOtherMx();
        bench.Disable(Alice);
        bench.See(Alice);
        Assert.False(IsOpen("mx-not-covered"));
    }

    [Fact]
    public void MxNotCovered_NeverEnforced_ThreatensNothingOnceSwitchedOff()
    {
        bench.GoLive(Alice, PolicyMode.Testing, Week);
        SeeOtherMx();
        Assert.True(IsOpen("mx-not-covered"));
        bench.Disable(Alice);
        SeeOtherMx();
        Assert.False(IsOpen("mx-not-covered"));
    }

    [Fact]
    public void MxNotCovered_ModeNoneChosenWhileLive_StaysOpenWhileTheEnforcedPolicyIsHeld()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        SeeOtherMx();
        bench.Put(Alice, PolicyMode.None, 86_400);
        SeeOtherMx();
        Assert.True(IsOpen("mx-not-covered"));
        bench.Now += TimeSpan.FromSeconds(Week) + TimeSpan.FromDays(1);
        SeeOtherMx();
        Assert.False(IsOpen("mx-not-covered"));
    }

    /// <summary>The MX moved, and the owner mends the policy: until its id stands in the DNS, senders refuse the new host by the policy that they hold.</summary>
    [Theory]
    [InlineData(PolicyMode.Testing, "mx1.example.com")]
    [InlineData(PolicyMode.Testing, "mx9.example.com")]
    [InlineData(PolicyMode.Enforce, "mx9.example.com")]
    public void MxNotCovered_PolicyReplaced_StaysCriticalUntilTheNewIdIsSeen(PolicyMode mode, string mx)
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 52 * Week);
        bench.Pass(TimeSpan.FromMinutes(1));
        var old = bench.Served!.Id;
        See(old);
        bench.Put(Alice, mode, Week, mx);
        See(old);
        var alert = Open("mx-not-covered");
        Assert.NotNull(alert);
        Assert.Equal(AlertSeverity.Critical, alert.Words().Severity);
        Assert.Contains("Publish the new id now", alert.Words().NextStep, StringComparison.Ordinal);
        bench.SeeNothing();
        Assert.True(IsOpen("mx-not-covered"));

        bench.Pass(TimeSpan.FromMinutes(1));
        See(bench.Served!.Id);
        Assert.NotEqual(AlertSeverity.Critical, Open("mx-not-covered")?.Words().Severity);
        Assert.Equal(mx != "mx9.example.com", IsOpen("mx-not-covered"));

        void See(string id) => bench.See(Alice, $"v=STSv1; id={id};", 300, "mx9.example.com");
    }

    /// <summary>Once the last copy has expired the old policy concerns nobody, whatever stands in the DNS.</summary>
    [Fact]
    public void MxNotCovered_PolicyReplacedAndExpired_IsOver()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        bench.Pass(TimeSpan.FromMinutes(1));
        var old = bench.Served!.Id;
        bench.Put(Alice, PolicyMode.Testing, Week, "mx9.example.com");
        bench.Now += TimeSpan.FromSeconds(Week) + TimeSpan.FromDays(1);
        bench.See(Alice, $"v=STSv1; id={old};", 300, "mx9.example.com");
        Assert.False(IsOpen("mx-not-covered"));
    }

    [Theory]
    [InlineData("cname-lost")]
    [InlineData("caa-refused")]
    [InlineData("hostname-problem")]
    [InlineData("policy-unreachable")]
    [InlineData("policy-record-missing")]
    public void Alert_ThatKeepsSendersFromTheEndOfThePolicy_StaysOpenThroughTheRetirementAndNoLonger(string kind)
    {
        bench.GoLive(Alice, PolicyMode.Enforce, Week);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Pass(bench.Options.RecordGrace);
        Threaten(kind);
        bench.Now += bench.Options.OutsideGrace;
        Threaten(kind);
        Assert.True(IsOpen(kind));

        bench.Disable(Alice);
        Assert.True(IsOpen(kind));
        bench.Pass(TimeSpan.FromMinutes(1));
        Threaten(kind);
        Assert.True(IsOpen(kind));
        bench.Now = bench.View(Alice).Hosting.SafeToRemoveAt!.Value;
        bench.Tick();
        Threaten(kind);
        Assert.Empty(Claims.Of(bench.State, Alice)!.Alerts);
    }

    private void Threaten(string kind)
    {
        var record = kind == "policy-record-missing" ? null : $"v=STSv1; id={Announcement.Version(bench.State)?.Id};";
        var seen = bench.Observe(kind == "cname-lost" ? null : Alice, record);
        bench.SeeZone(kind switch
        {
            "caa-refused" => seen with { Caa = new CaaLookup(DnsStatus.Found, LifecycleBench.Domain, ["0 issue \"other.example\""], ["letsencrypt.org"], null) },
            "policy-unreachable" => seen with { Fetch = new PolicyFetch(bench.Now, new FetchFault(FetchFaultKind.Certificate, "192.0.2.1"), null, ["192.0.2.1"], null) },
            _ => seen,
        });
        if (kind != "hostname-problem")
            return;
        for (var i = 0; i < bench.Options.AlertAfterTries; i++)
            bench.FinishHostname(result: new HostnameResult(false, "The provider refuses."));
    }

    private void SeeOtherMx() => bench.See(Alice, $"v=STSv1; id={Announcement.Version(bench.State)?.Id};", 300, "mx9.example.com");

    private AlertCondition? Open(string kind) => Claims.Of(bench.State, Alice)!.Alerts.FirstOrDefault(alert => alert.Kind == kind);

    private bool IsOpen(string kind) => Open(kind) is not null;
}
