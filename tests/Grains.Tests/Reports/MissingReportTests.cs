using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Alerts;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Missing reports raise an alert when the senders are the reason. The alert stays open until they report again.</summary>
public sealed class MissingReportTests
{
    private const string Big = "Bigmail Inc. (bigmail.example)";
    private const string Small = "Postbus (postbus.example)";
    private static readonly DateTimeOffset Now = ReportLife.Moment(0);
    private readonly ReportLife life = new();

    /// <summary>The days from which the rhythm was learned are forgotten earlier than the alert.</summary>
    [Fact]
    public void EverybodySilent_StaysUntilAReportArrives()
    {
        Play(0, 30, Big, Small);
        Play(30, 100);
        Assert.Equal([AlertKinds.ReportersSilent], life.Raised.Select(raised => raised.Condition.Kind));
        Assert.Empty(life.Ended);
        Assert.Equal([Big, Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
        Assert.True(life.Open.Single().Parameters.ContainsKey(AlertParameters.All));
        Assert.Contains("The last report is for 2026-02-03", life.Open.Single().Words().Message, StringComparison.Ordinal);
        Play(100, 101, Big);
        Assert.Equal([Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
        Play(101, 102, Big, Small);
        Assert.Equal((101, AlertKinds.ReportersSilent), Assert.Single(life.Ended));
    }

    [Fact]
    public void EverybodySilent_ForHalfAYear_IsNotOver()
    {
        Play(0, 30, Big, Small);
        Play(30, 210);
        Assert.Single(life.Raised);
        Assert.Empty(life.Ended);
    }

    /// <summary>A sender that has left is not missed for ever, as long as others report.</summary>
    [Fact]
    public void OneSilent_WhileOthersReport_EndsAfterThreeMonths()
    {
        Play(0, 30, Big, Small);
        Play(30, 150, Big);
        Assert.Equal((30 + ReporterRules.ForgottenAfterDays, AlertKinds.ReportersSilent), Assert.Single(life.Ended));
    }

    /// <summary>The service was off: what was missing stays so, and others get their time.</summary>
    [Fact]
    public void AfterALongTimeWithoutALook_OnlyNewSilenceWaits()
    {
        Play(0, 30, Big, Small);
        Play(30, 34, Big);
        Assert.Equal([Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
        life.Look(44);
        Assert.Equal([Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
        life.Look(45);
        Assert.Equal([Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
        life.Look(46);
        Assert.Equal([Big, Small], life.Open.Single().Parameters[AlertParameters.Organizations].Order(StringComparer.Ordinal));
        Assert.Empty(life.Ended);
    }

    /// <summary>A sender of one or two weeks has no rhythm yet; dating reports back does not give it one.</summary>
    [Theory]
    [InlineData(14, 0, false)]
    [InlineData(15, 0, true)]
    [InlineData(1, 30, false)]
    [InlineData(10, 20, false)]
    [InlineData(14, 20, true)]
    public void FewDays_ThenSilence_RaiseNothing(int reports, int datedBack, bool isRaised)
    {
        const int Begin = 40;
        Play(0, Begin, Big);
        for (var day = Begin - datedBack; day < Begin; day++)
            life.Count(day, [(Big, 100, []), (Small, 10, [])]);
        Play(Begin, Begin + reports, Big, Small);
        Play(Begin + reports, Begin + reports + 20, Big);
        Assert.Equal(isRaised, life.Raised.Count > 0);
    }

    /// <summary>No report arrives at the service at all: its intake is the reason.</summary>
    [Fact]
    public void WhileTheServiceCountsNothing_NoReportIsMissing()
    {
        Play(0, 30, Big, Small);
        Play(30, 34, Big);
        life.IsHeldBack = true;
        Play(34, 45);
        Assert.Equal([Small], life.Open.Single().Parameters[AlertParameters.Organizations]); // What was told stays.
        life.IsHeldBack = false;
        Play(45, 46);
        Assert.Equal([Big, Small], life.Open.Single().Parameters[AlertParameters.Organizations].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoReportYet_WaitsForTheServiceAsWell()
    {
        life.IsHeldBack = true;
        Play(0, 12);
        Assert.Empty(life.Raised);
        life.IsHeldBack = false;
        life.Look(20); // Some days off.
        life.Look(21);
        Assert.Empty(life.Raised);
        life.Look(22);
        Assert.Equal((22, AlertKinds.NoReports), (Assert.Single(life.Raised).Day, life.Raised[0].Condition.Kind));
        life.Look(30); // Off again: what was told stays.
        life.IsHeldBack = true;
        life.Look(31);
        Assert.Empty(life.Ended);
    }

    /// <summary>After the reporting record was lost and came back, reporters get their time.</summary>
    [Fact]
    public void RecordThatCameBack_IsNotFollowedByAnAlertAtOnce()
    {
        Play(0, 30, Big, Small);
        life.HasRecord = false;
        Play(30, 40);
        Assert.Empty(life.Raised);
        (life.HasRecord, life.Since) = (true, ReportLife.Moment(40));
        Play(40, 42);
        Assert.Empty(life.Raised);
        Play(42, 43);
        Assert.Equal(AlertKinds.ReportersSilent, Assert.Single(life.Raised).Condition.Kind);
    }

    /// <summary>A look that shows nothing new changes nothing but its time, with failures, missing reports and without facts too.</summary>
    [Fact]
    public void SameLook_Twice_ChangesNothing()
    {
        Play(0, 30, Big, Small);
        life.Report(30, [(Big, 100, [new(Big, "mx1.example.com", Protocol.Reports.ResultTypes.CertificateExpired, Protocol.Reports.PolicyTypes.Sts, 50)])]);
        Play(31, 34, Small);
        Assert.Equal(2, life.Open.Count);
        var facts = new ReportWatchFacts(ReportLife.Moment(0), "enforce");
        var again = ReportLook.After(life.State, life.State.Days, facts, ReportLife.Moment(33).AddHours(1), 1_000, isHeldBack: false);
        Assert.NotEqual(life.State, again);
        Assert.Equal(life.State, again with { LookedAt = life.State.LookedAt });
        Assert.Equal(life.State, ReportLook.After(life.State, life.State.Days, null, ReportLife.Moment(33).AddHours(1), 1_000, isHeldBack: false) with { LookedAt = life.State.LookedAt });
    }

    [Fact]
    public void Pulse_IsSilentWhenNoClaimCountsReports()
    {
        var state = IntakePulseRules.Counted(IntakePulseRules.Counted(new IntakePulseState(), "a", Now), "b", Now.AddHours(1));
        Assert.Null(IntakePulseRules.SilentSince(state, "a", Now.AddHours(12)));
        Assert.Equal(Now.AddHours(1), IntakePulseRules.SilentSince(state, "a", Now.AddHours(13)));
        Assert.Equal(Now.AddHours(1), IntakePulseRules.SilentSince(state, "c", Now.AddHours(13)));
        Assert.Null(IntakePulseRules.SilentSince(IntakePulseRules.Counted(state, "c", Now.AddHours(13)), "a", Now.AddHours(13)));
        // With one claim, nothing can be compared; and a claim that has had no reports for weeks is no other one.
        Assert.Null(IntakePulseRules.SilentSince(IntakePulseRules.Counted(new IntakePulseState(), "a", Now), "a", Now.AddDays(2)));
        Assert.Null(IntakePulseRules.SilentSince(IntakePulseRules.Counted(state, "a", Now.AddDays(60)), "a", Now.AddDays(62)));
        for (var i = 0; i < 100; i++)
            state = IntakePulseRules.Counted(state, $"x{i}", Now.AddHours(i));
        Assert.Equal(IntakePulseRules.MaxClaims, state.Counted.Count);
    }

    private void Play(int from, int until, params string[] reporters)
    {
        for (var day = from; day < until; day++)
            life.Report(day, [.. reporters.Select(name => (name, 100L, Array.Empty<ReportedFailure>()))]);
    }
}
