using MtaSts.Application.Alerts;
using MtaSts.Grains.Alerts;
using Xunit;
using Kind = MtaSts.Grains.AlertEventKind;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>What an acknowledgement, a snooze and a mute are, and when they end.</summary>
public sealed class AlertHandlingTests
{
    private readonly HandlingScene scene = new();

    [Fact]
    public void Acknowledged_StaysOpenAndMarkedUntilItsSeverityRises()
    {
        scene.Raise();
        Assert.Null(scene.Acknowledge("  I look into it  "));
        scene.See((HandlingScene.Kind, false), (AlertKinds.CnameLost, true));
        var alert = AlertLog.List(scene.State, "a.test").Single(alert => alert.Kind == HandlingScene.Kind);
        Assert.Equal((null, HandlingScene.Me, "I look into it"), (alert.ResolvedAt, alert.Acknowledged!.By, alert.Acknowledged.Reason));
        Assert.True(alert.IsSilent);

        scene.See((HandlingScene.Kind, true));
        Assert.Null(scene.Alert.Acknowledged);
        Assert.Equal([Kind.Raised, Kind.Acknowledged, Kind.Worse, Kind.AcknowledgementEnded], scene.Events);
    }

    /// <summary>It was critical when it was acknowledged: that it was better meanwhile is no news.</summary>
    [Fact]
    public void Acknowledged_WhenCritical_LastsWhileItGetsBetterAndCriticalAgain()
    {
        scene.Raise(isCritical: true);
        scene.Acknowledge();
        scene.Raise();
        scene.Raise(isCritical: true);
        Assert.NotNull(scene.Alert.Acknowledged);
        Assert.Equal([Kind.Raised, Kind.Acknowledged, Kind.Better, Kind.Worse], scene.Events);
    }

    [Fact]
    public void AcknowledgedAndSnoozed_Resolved_EndWithTheAlert()
    {
        scene.Raise();
        scene.Acknowledge();
        scene.Resolve();
        Assert.Equal((null, null), (scene.Alert.Acknowledged, scene.Alert.Snoozed));
        scene.Raise();
        Assert.False(scene.Alert.IsSilent);
        scene.Snooze(TimeSpan.FromDays(1));
        scene.Resolve();
        scene.Raise();
        Assert.False(scene.Alert.IsSilent);
        Assert.Null(AlertHandlingRules.NextEnd(scene.State));
    }

    [Fact]
    public void Snoozed_AtItsDate_EndsAndSaysThatItIsStillOpen()
    {
        scene.Raise();
        scene.Snooze(TimeSpan.FromDays(3), "change window");
        Assert.Same(scene.State, AlertHandlingRules.Expire(scene.State, scene.Now.AddDays(3).AddTicks(-1)));
        scene.Pass(TimeSpan.FromDays(3));
        Assert.Equal((null, scene.Now), (scene.Alert.Snoozed, scene.Alert.StillOpenAt));
        Assert.Equal([Kind.Raised, Kind.Snoozed, Kind.SnoozeEnded], scene.Events);
        Assert.Null(scene.State.Alerts[0].Events[2].By);
    }

    [Fact]
    public void Snoozed_GetsCritical_Ends()
    {
        scene.Raise();
        scene.Snooze(TimeSpan.FromDays(3));
        scene.Raise(isCritical: true);
        Assert.Equal((null, null), (scene.Alert.Snoozed, scene.Alert.StillOpenAt));
    }

    [Fact]
    public void AcknowledgeAndSnooze_OneAfterTheOther_ReplaceEachOther()
    {
        scene.Raise();
        scene.Snooze(TimeSpan.FromDays(3));
        scene.Acknowledge();
        Assert.Null(scene.Alert.Snoozed);
        scene.Snooze(TimeSpan.FromDays(1));
        Assert.Null(scene.Alert.Acknowledged);
        Assert.Equal([Kind.Raised, Kind.Snoozed, Kind.SnoozeEnded, Kind.Acknowledged, Kind.AcknowledgementEnded, Kind.Snoozed], scene.Events);
    }

    [Fact]
    public void Muted_Kind_StaysThroughResolveAndRaiseUntilItIsEnded()
    {
        scene.Raise();
        scene.Mute(reason: "planned");
        scene.Resolve();
        Assert.NotNull(scene.Alert.Muted); // Its end is not sent either.
        scene.Raise();
        Assert.Equal("planned", scene.Alert.Muted?.Reason);
        scene.See((HandlingScene.Kind, true), (AlertKinds.CnameLost, true));
        Assert.Equal([HandlingScene.Kind], AlertLog.List(scene.State, "a.test").Where(alert => alert is { ResolvedAt: null, Muted: not null }).Select(alert => alert.Kind));
        scene.Raise();
        scene.EndMute();
        Assert.Null(scene.Alert.Muted);
        Assert.Empty(scene.State.Mutes);
    }

    [Fact]
    public void Muted_WithAnEnd_EndsAtItsDate()
    {
        scene.Raise();
        scene.Mute(TimeSpan.FromDays(60));
        scene.Pass(TimeSpan.FromDays(60));
        Assert.Empty(scene.State.Mutes);
        Assert.Equal([Kind.Raised, Kind.Muted, Kind.MuteEnded], scene.Events);
    }

    /// <summary>The same call again changes nothing; it does not fill the history.</summary>
    [Fact]
    public void Command_Repeated_ChangesNothing()
    {
        scene.Raise();
        scene.Acknowledge("a");
        var before = scene.State;
        scene.Acknowledge("a");
        Assert.Same(before, scene.State);
        scene.EndSnooze();
        scene.EndMute();
        Assert.Same(before, scene.State);
    }

    [Fact]
    public void Command_OnAnAlertThatIsOverOrUnknown_IsRefused()
    {
        scene.Raise();
        scene.Resolve();
        Assert.Equal(RefusalCodes.NotPossibleNow, scene.Acknowledge()?.Code);
        Assert.Equal(RefusalCodes.NotPossibleNow, scene.Snooze(TimeSpan.FromDays(1))?.Code);
        Assert.Equal(RefusalCodes.NotFound, scene.Acknowledge(id: "99")?.Code);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Snooze_Until_IsInTheFutureAndWithinTheMaximum(int days, bool isRefused)
    {
        scene.Raise();
        Assert.Equal(isRefused ? "until" : null, scene.Snooze(TimeSpan.FromDays(days))?.Field);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(366, false)]
    [InlineData(367, true)]
    public void Mute_Until_IsInTheFutureAndWithinTheMaximum(int days, bool isRefused) => Assert.Equal(isRefused ? "until" : null, scene.Mute(TimeSpan.FromDays(days))?.Field);

    [Fact]
    public void Reason_TooLong_IsRefused()
    {
        scene.Raise();
        var reason = new string('x', AlertHandling.MaxReason + 1);
        Assert.Equal(("note", "reason", "reason"), (scene.Acknowledge(reason)?.Field, scene.Snooze(TimeSpan.FromDays(1), reason)?.Field, scene.Mute(reason: reason)?.Field));
    }

    [Fact]
    public void Events_OfAnAlertThatChangesForever_KeepTheFirstAndTheLatest()
    {
        scene.Raise();
        for (var i = 0; i < 100; i++)
            scene.Raise(isCritical: i % 2 == 0);
        scene.Acknowledge();
        var events = scene.Events;
        Assert.Equal((AlertDetail.MaxEvents, Kind.Raised, Kind.Acknowledged), (events.Length, events[0], events[^1]));
    }

    /// <summary>A removed claim leaves no mute to the next one of the same name.</summary>
    [Fact]
    public void Erase_OfTheClaim_RemovesItsMutes()
    {
        scene.Raise();
        scene.Mute();
        var erased = AlertLog.Erase(scene.State, 10, scene.Now);
        Assert.Empty(erased.Mutes);
        Assert.True(erased.IsTombstone());
    }

    [Theory]
    [InlineData(AlertKinds.CnameLost, true)]
    [InlineData(AlertKinds.HostnameLost, true)]
    [InlineData(AlertKinds.MxNotCovered, true)]
    [InlineData(AlertKinds.MxUnreachable, true)]
    [InlineData(AlertKinds.MxCertificateEnds, true)]
    [InlineData(AlertKinds.PolicyRecordMismatch, true)]
    [InlineData(AlertKinds.SessionsFailing, true)]
    [InlineData(AlertKinds.CaaRefused, true)]
    [InlineData(AlertKinds.PolicyRecordMissing, false)]
    [InlineData(AlertKinds.NoReports, false)]
    [InlineData(AlertKinds.ReportersSilent, false)]
    [InlineData(AlertKinds.OwnIdUnchanged, false)]
    public void CanBeCritical_OfAKind_IsAsItsWordsSay(string kind, bool isSo) => Assert.Equal(isSo, AlertCatalog.CanBeCritical(kind));
}
