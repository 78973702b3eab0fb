using MtaSts.Grains.Alerts;
using MtaSts.Grains.Notifications;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>Which notices are sent of alerts that somebody handles.</summary>
public sealed class HandledNoticeTests
{
    private const string Raised = "MX hosts are not covered (a.test)";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly HandlingScene scene = new HandlingScene().With(OutboxBench.One);

    [Fact]
    public void Acknowledged_SendsNothingMoreButItsEnd()
    {
        RaiseAndSend();
        scene.Acknowledge();
        scene.Pass(TimeSpan.FromDays(5));
        scene.Resolve();
        scene.Pass(Hour);
        Assert.Equal([Raised, "Resolved: " + Raised], scene.Sent);
        Assert.Single(scene.Bench.Attempts.Select(attempt => attempt.Content.Cause).Distinct());
    }

    [Fact]
    public void Acknowledged_BeforeItWasSent_SendsNothingAtAll()
    {
        scene.Raise();
        scene.Acknowledge();
        scene.Pass(Hour);
        scene.Resolve();
        scene.Pass(Hour);
        Assert.Empty(scene.Sent);
        Assert.Null(scene.Bench.Due());
    }

    [Fact]
    public void Acknowledged_WhileItsNoticeWaits_WithdrawsIt()
    {
        var scene = new HandlingScene();
        scene.Bench.Add(OutboxBench.One, OutboxBench.Content() with { Quiet = new QuietHours(new TimeOnly(12, 0), new TimeOnly(15, 0)) });
        scene.Raise();
        scene.Bench.State = NoticeRules.Form(scene.Bench.State, scene.Now + Hour, OutboxBench.One); // Made before the end of the quiet hours.
        Assert.Single(scene.Bench.State.WaitingOf(OutboxBench.One));
        scene.Acknowledge();
        Assert.Empty(scene.Bench.State.WaitingOf(OutboxBench.One));
        Assert.Contains("acknowledged", Assert.Single(scene.Bench.State.Notices.Values).Answer, StringComparison.Ordinal);
        scene.Pass(TimeSpan.FromDays(1));
        Assert.Empty(scene.Sent);
        scene.EndAcknowledgement();
        scene.Pass(TimeSpan.FromDays(1));
        Assert.Equal([Raised], scene.Sent);
    }

    [Fact]
    public void Acknowledged_GetsCritical_IsSentAgain()
    {
        RaiseAndSend();
        scene.Acknowledge();
        scene.Raise(isCritical: true);
        scene.Pass(Hour);
        Assert.Equal([Raised, "Now critical: " + Raised], scene.Sent);
    }

    /// <summary>A channel that was notified before gets no second notice; one that was not gets its first.</summary>
    [Fact]
    public void AcknowledgementWithdrawn_IsSentToThoseWhoWereNotNotified()
    {
        RaiseAndSend();
        scene.Acknowledge();
        scene.EndAcknowledgement();
        scene.Pass(Hour);
        Assert.Single(scene.Sent);
        scene.See((HandlingScene.Kind, false), (AlertKinds.CnameLost, true));
        var other = AlertLog.List(scene.State, "a.test").Single(alert => alert.Kind == AlertKinds.CnameLost).Id;
        scene.Acknowledge(id: other);
        scene.Pass(Hour);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public void Snoozed_StillOpenAtItsDate_SendsOneNoticeThatSaysSo()
    {
        RaiseAndSend();
        scene.Snooze(TimeSpan.FromDays(3));
        scene.Pass(TimeSpan.FromDays(3) - Hour);
        Assert.Single(scene.Sent);
        scene.Pass(TimeSpan.FromDays(10));
        Assert.Equal([Raised, "Still open: " + Raised], scene.Sent);
        scene.Resolve();
        scene.Pass(Hour);
        Assert.Equal("Resolved: " + Raised, scene.Sent.Last());
        Assert.Single(scene.Bench.Attempts.Select(attempt => attempt.Content.Cause).Distinct());
    }

    /// <summary>The notice of its date is lost with the pause of the channel: it is sent when the pause ends.</summary>
    [Fact]
    public void Snoozed_NoticeOfItsDateNotDelivered_IsStillOwed()
    {
        RaiseAndSend();
        scene.Snooze(TimeSpan.FromDays(1));
        scene.Bench.Answer = (_, _) => new NoticeResult.Failed("down");
        scene.Pass(TimeSpan.FromDays(4));
        Assert.NotNull(scene.Bench.State.Channels[OutboxBench.One].Pause);
        scene.Bench.Answer = null;
        scene.Bench.Attempts.Clear();
        scene.Bench.Resume(OutboxBench.One);
        scene.Pass(Hour);
        Assert.Equal(["Still open: " + Raised], scene.Sent);
    }

    [Fact]
    public void Snoozed_OverBeforeItsDate_SendsItsEndOnly()
    {
        RaiseAndSend();
        scene.Snooze(TimeSpan.FromDays(3));
        scene.Resolve();
        scene.Pass(TimeSpan.FromDays(10));
        Assert.Equal([Raised, "Resolved: " + Raised], scene.Sent);
    }

    [Fact]
    public void Snoozed_GetsCritical_BreaksThrough()
    {
        RaiseAndSend();
        scene.Snooze(TimeSpan.FromDays(3));
        scene.Raise(isCritical: true);
        scene.Pass(TimeSpan.FromDays(10));
        Assert.Equal([Raised, "Now critical: " + Raised], scene.Sent);
    }

    [Fact]
    public void Muted_SendsNothingNowAndLaterAndDoesNotCount()
    {
        RaiseAndSend();
        scene.Mute();
        scene.Raise(isCritical: true);
        scene.Pass(Hour);
        scene.Resolve();
        scene.Pass(Hour);
        scene.Raise(isCritical: true);
        scene.Pass(TimeSpan.FromDays(1));
        Assert.Equal([Raised], scene.Sent);
        Assert.Equal((1, 0), (scene.Bench.State.Channels[OutboxBench.One].Raised, scene.Bench.State.Channels[OutboxBench.One].Resolved));

        scene.EndMute();
        scene.Pass(Hour);
        Assert.Equal([Raised, Raised], scene.Sent);
    }

    /// <summary>No notice that an alert is open is sent while it is handled, and in the end each channel knows what is so.</summary>
    [Fact]
    public void Deliver_AnyLifeOfHandledAlerts_IsSilentWhileHandledAndEndsWithWhatIsSo()
    {
        var random = new Random(20_261_130);
        string[] kinds = [HandlingScene.Kind, AlertKinds.OwnPolicyUnreachable];
        var (silent, ends, sent) = (0, 0, 0);
        for (var run = 0; run < 300; run++)
        {
            var life = new HandlingScene().With(OutboxBench.One);
            life.Bench.Answer = (_, notice) =>
            {
                foreach (var told in notice.Alerts.Where(_ => notice.Kind == NoticeKind.AlertRaised))
                    Assert.DoesNotContain(life.State.Alerts, alert => alert.Kind == told.Kind && alert is { IsOpen: true, IsSilent: true });
                foreach (var told in notice.Alerts.Where(_ => notice.Kind == NoticeKind.AlertResolved))
                    ends++;
                sent++;
                return new NoticeResult.Delivered("ok");
            };
            for (var step = 0; step < 25; step++)
            {
                var open = AlertLog.List(life.State, "a.test").Where(alert => alert.ResolvedAt is null).ToArray();
                var id = open.Length == 0 ? "none" : open[random.Next(open.Length)].Id;
                var kind = kinds[random.Next(2)];
                switch (random.Next(9))
                {
                    case 0:
                        life.Acknowledge(id: id);
                        break;
                    case 1:
                        life.Snooze(TimeSpan.FromHours(1 + random.Next(100)), id: id);
                        break;
                    case 2:
                        life.Mute(random.Next(2) == 0 ? null : TimeSpan.FromHours(1 + random.Next(50)), kind: kind);
                        break;
                    case 3:
                        life.EndMute(kind);
                        break;
                    default:
                        life.See([.. kinds.Where(_ => random.Next(3) > 0).Select(seen => (seen, random.Next(2) == 0))]);
                        break;
                }
                life.Pass(TimeSpan.FromMinutes(random.Next(600)));
                Assert.Equal(life.Bench.State.Indexed().Busy, life.Bench.State.Busy);
                silent += life.State.Alerts.Count(alert => alert is { IsOpen: true, IsSilent: true });
            }
            life.EndMute(kinds[0]);
            life.EndMute(kinds[1]);
            life.Pass(TimeSpan.FromDays(40));
            var known = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var notice in life.Bench.Attempts.Select(attempt => attempt.Content))
            {
                foreach (var alert in notice.Alerts)
                    _ = notice.Kind == NoticeKind.AlertRaised ? known.Add(alert.Kind) : known.Remove(alert.Kind);
            }
            foreach (var alert in life.State.Alerts.Where(alert => alert is { IsOpen: true, IsSilent: false }))
                Assert.Contains(alert.Kind, known);
        }
        Assert.InRange(silent, 500, int.MaxValue);
        Assert.InRange(ends, 100, int.MaxValue);
        Assert.InRange(sent, 500, int.MaxValue);
    }

    private void RaiseAndSend()
    {
        scene.Raise();
        scene.Pass(Hour);
        Assert.Equal([Raised], scene.Sent);
    }
}
