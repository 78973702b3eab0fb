using MtaSts.Grains.Notifications;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>When a channel is paused, and which notices it receives afterwards.</summary>
public sealed class PauseRulesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly OutboxBench bench = new();

    private StoredChannel One => bench.State.Channels[OutboxBench.One];

    private string[] Delivered => [.. bench.State.Notices.Values.Where(notice => notice is { Channel: OutboxBench.One, Outcome: NoticeOutcome.Delivered }).OrderBy(notice => notice.LastAttemptAt).Select(notice => $"{notice.Content.Kind} {notice.Content.Total}")];

    /// <summary>A relay that answers 554, a missing module, lost storage: whatever it is, for however long.</summary>
    [Fact]
    public void Unavailable_ForDays_PausesNothingAndTheOpenAlertsArriveAtItsEnd()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Unavailable("554 5.7.1 Relay access denied");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(Hour);
        bench.Raise("b.test");
        bench.Pass(TimeSpan.FromDays(9));
        Assert.Null(One.Pause);
        Assert.Contains(bench.State.Notices.Values, notice => notice.Outcome == NoticeOutcome.GivenUp); // The log shows it.
        bench.Answer = null;
        bench.Pass(2 * Hour);
        Assert.Equal(["a.test", "b.test"], bench.Attempts.Where(attempt => bench.State.Notices[attempt.Content.Id].Outcome == NoticeOutcome.Delivered).SelectMany(attempt => attempt.Content.Alerts).Select(alert => alert.Domain).Distinct().Order());
    }

    /// <summary>The service was down: a day has passed, but the receiver was tried twice.</summary>
    [Theory]
    [InlineData(25)]
    [InlineData(24 * 30)]
    public void Failed_AroundALongDownTime_PausesNothing(int hours)
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 500");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.Zero);
        bench.Now += TimeSpan.FromHours(hours);
        bench.Pass(Hour);
        Assert.Null(One.Pause);
        bench.Pass(TimeSpan.FromHours(25));
        Assert.NotNull(One.Pause); // Then it was tried for a day.
    }

    [Fact]
    public void Refused_ForAMoment_IsRepeatedAndDelivered()
    {
        bench.Add(OutboxBench.One);
        var refusals = 2;
        bench.Answer = (_, _) => refusals-- > 0 ? new NoticeResult.Refused("HTTP 404") : new NoticeResult.Delivered("HTTP 204");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(3 * Hour);
        Assert.Null(One.Pause);
        Assert.Equal(["AlertRaised 1"], Delivered);
    }

    [Fact]
    public void Refused_ForHours_PausesAndDropsWhatWaits()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, content) => content.Alerts[0].Domain == "a.test" ? new NoticeResult.Refused("HTTP 410") : new NoticeResult.Failed("HTTP 500");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.Zero);
        bench.Raise("b.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(DeliveryRules.RefusedFor - TimeSpan.FromMinutes(1));
        Assert.Null(One.Pause);
        bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("The receiver refuses notices: HTTP 410", One.Pause!.Reason);
        Assert.Equal([NoticeOutcome.Refused, NoticeOutcome.Dropped], bench.State.Notices.Values.Select(notice => notice.Outcome).Order());
        Assert.Equal(DeliveryRules.MaxRefusals, bench.Attempts.Count(attempt => attempt.Content.Alerts[0].Domain == "a.test"));
        bench.State = ChannelRules.Delete(bench.State, OutboxBench.One, bench.Now);
        Assert.Empty(bench.State.Elements);
    }

    /// <summary>One notice is refused while others are accepted: it is not the channel.</summary>
    [Fact]
    public void Refused_OneNotice_EndsItAlone()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, content) => content.Alerts[0].Domain == "a.test" ? new NoticeResult.Refused("HTTP 413") : new NoticeResult.Delivered("HTTP 204");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Raise("b.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.FromDays(2));
        Assert.Null(One.Pause);
        Assert.Equal([NoticeOutcome.Delivered, NoticeOutcome.Refused], bench.State.Notices.Values.Select(notice => notice.Outcome).Order());
        Assert.Null(bench.Due());
    }

    /// <summary>What the pause dropped or held back and is still so, and the end of what the receiver believes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resume_OrChange_TellsWhatIsOpenAndWhatIsOver(bool isResumed)
    {
        bench.Add(OutboxBench.One);
        bench.Raise("known.test", isCritical: true);
        bench.Pass(Hour);
        bench.Answer = (_, _) => new NoticeResult.Refused("HTTP 410");
        bench.Raise("dropped.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Raise("over.test", AlertKinds.OwnIdUnchanged);
        bench.Pass(3 * Hour);
        Assert.NotNull(One.Pause);
        bench.Raise("meanwhile.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Resolve("known.test");
        bench.Resolve("over.test", AlertKinds.OwnIdUnchanged);
        bench.Pass(Hour);
        var before = bench.Attempts.Count;
        bench.Answer = null;
        if (isResumed)
            bench.Resume(OutboxBench.One);
        else
            bench.Change(OutboxBench.One, content => content with { Name = "Corrected" });
        bench.Pass(Hour);
        var told = bench.Attempts.Skip(before).SelectMany(attempt => attempt.Content.Alerts.Select(alert => $"{attempt.Content.Kind} {alert.Domain}")).Order();
        Assert.Equal(["AlertRaised dropped.test", "AlertRaised meanwhile.test", "AlertResolved known.test"], told);
        Assert.Null(bench.Due());
    }

    /// <summary>Nobody resumes it: the receiver works again, and the daily trial finds out.</summary>
    [Fact]
    public void Trial_ReceiverWorksAgain_EndsThePauseAndTellsWhatIsOpen()
    {
        bench.Add(OutboxBench.One);
        bench.Add(OutboxBench.Two);
        bench.Answer = (channel, _) => channel == OutboxBench.One ? new NoticeResult.Refused("HTTP 410") : new NoticeResult.Delivered("ok");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(3 * Hour);
        var attempts = bench.To(OutboxBench.One).Count();
        bench.Pass(TimeSpan.FromDays(3));
        Assert.Equal(3, bench.To(OutboxBench.One).Count() - attempts); // Once a day.
        Assert.NotNull(One.Pause);
        Assert.Single(bench.To(OutboxBench.Two), notice => notice.Alerts[0].Kind == NoticeAlert.ChannelPaused); // Said once.
        bench.Answer = null;
        bench.Pass(TrialRules.Every);
        Assert.Null(One.Pause);
        Assert.Equal(["AlertRaised 1"], Delivered);
        Assert.Equal("Channel in use again: ch-one", OutboxBench.Text(bench.To(OutboxBench.Two).Last()).Title);
        Assert.Null(bench.Due());
    }

    [Fact]
    public void Trial_NothingToTell_SendsNothing()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Refused("HTTP 410");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(3 * Hour);
        bench.Resolve("a.test");
        var attempts = bench.Attempts.Count;
        bench.Pass(TimeSpan.FromDays(5));
        Assert.Equal(attempts, bench.Attempts.Count);
        Assert.Null(bench.Due());
    }

    /// <summary>The attempt began before the channel was corrected.</summary>
    [Theory]
    [InlineData(typeof(NoticeResult.Refused))]
    [InlineData(typeof(NoticeResult.Failed))]
    public void Result_OfEarlierSettings_SaysNothingAboutTheNewOnes(Type result)
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test", isCritical: true);
        bench.Answer = (_, _) => (NoticeResult)(result == typeof(NoticeResult.Refused) ? new NoticeResult.Refused("HTTP 410") : new NoticeResult.Failed("HTTP 500", TimeSpan.FromDays(1)));
        bench.Pass(TimeSpan.FromMinutes(90)); // One more refusal pauses it.
        var notice = Assert.Single(bench.State.WaitingOf(OutboxBench.One));
        var version = One.Version;
        bench.Change(OutboxBench.One, content => content with { Name = "Corrected" });
        bench.Now += Hour;
        for (var i = 0; i < 5; i++)
            bench.State = DeliveryRules.Sent(bench.State, notice.Content.Id, version, bench.Answer(OutboxBench.One, notice.Content), bench.Now);
        Assert.Null(One.Pause);
        Assert.Null(One.NotBefore);
        Assert.Equal(0, bench.State.Notices[notice.Content.Id].Refusals);
        bench.Answer = null;
        bench.Pass(TimeSpan.Zero);
        Assert.Equal(["AlertRaised 1"], Delivered);
    }

    /// <summary>A receiver that limits its senders limits all notices, and no other channel.</summary>
    [Fact]
    public void RetryAfter_HoldsAllNoticesOfItsChannelOnly()
    {
        bench.Add(OutboxBench.One);
        bench.Add(OutboxBench.Two);
        bench.Answer = (channel, _) => channel == OutboxBench.One ? new NoticeResult.Failed("HTTP 429", TimeSpan.FromHours(5)) : new NoticeResult.Delivered("ok");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Raise("b.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.FromHours(4));
        Assert.Single(bench.To(OutboxBench.One));
        Assert.Equal(2, bench.To(OutboxBench.Two).Count());
        bench.Answer = null;
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal(["AlertRaised 1", "AlertRaised 1"], Delivered);
    }

    /// <summary>Held back by the receiver's wish, and over meanwhile: no “raised” hours late.</summary>
    [Fact]
    public void Raised_NeverAttemptedAndOver_IsWithdrawn()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 429", TimeSpan.FromHours(5));
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Raise("over.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Raise("gone.test", AlertKinds.HostnameLost, isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(3, bench.State.WaitingOf(OutboxBench.One).Count());
        bench.Resolve("over.test", AlertKinds.OwnPolicyUnreachable);
        bench.Erase("gone.test");
        bench.Answer = null;
        bench.Pass(TimeSpan.FromDays(1));
        Assert.Equal(["a.test"], bench.Attempts.SelectMany(attempt => attempt.Content.Alerts).Select(alert => alert.Domain).Distinct());
        Assert.Equal(2, bench.State.Notices.Values.Count(notice => notice.Outcome == NoticeOutcome.Dropped));
    }

    /// <summary>Of a joined notice only what is over is withdrawn.</summary>
    [Fact]
    public void Raised_NeverAttemptedAndPartlyOver_TellsTheRest()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 429", TimeSpan.FromHours(5));
        bench.Raise("first.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Raise("a.test", isCritical: true);
        bench.Raise("b.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2, bench.State.WaitingOf(OutboxBench.One).Max(notice => notice.Content.Total));
        bench.Resolve("a.test");
        bench.Answer = null;
        bench.Pass(TimeSpan.FromDays(1));
        Assert.Equal(["b.test", "first.test"], bench.Attempts.SelectMany(attempt => attempt.Content.Alerts).Select(alert => alert.Domain).Distinct().Order());
    }

    [Fact]
    public void Unwritable_EndsAndLeavesTheRest()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.State = NoticeRules.Form(bench.State, bench.Now, OutboxBench.One);
        var notice = Assert.Single(bench.State.WaitingOf(OutboxBench.One));
        bench.State = DeliveryRules.Unwritable(bench.State, notice.Content.Id);
        bench.Pass(TimeSpan.FromDays(1));
        Assert.Empty(bench.Attempts);
        Assert.Equal(NoticeOutcome.Dropped, Assert.Single(bench.State.Notices.Values).Outcome);
    }

    /// <summary>The first digest after a digest was switched on, or the channel was resumed, tells of the time since then.</summary>
    [Theory]
    [InlineData("digest")]
    [InlineData("on")]
    [InlineData("resume")]
    public void Digest_SwitchedOn_BeginsThen(string what)
    {
        bench.Add(OutboxBench.One, OutboxBench.Content() with { Digest = what != "digest", IsOn = what != "on" });
        if (what == "resume")
            bench.State = PauseRules.Begin(bench.State, OutboxBench.One, "broken", bench.Now);
        bench.Now = bench.Now.AddDays(100);
        Assert.False(DigestSchedule.IsDue(One, Plan.Pro, bench.Now));
        if (what == "resume")
            bench.Resume(OutboxBench.One);
        else
            bench.Change(OutboxBench.One, content => content with { Digest = true, IsOn = true });
        Assert.Equal(bench.Now, One.DigestAt);
        Assert.False(DigestSchedule.IsDue(One, Plan.Pro, bench.Now));
        Assert.True(DigestSchedule.IsDue(One, Plan.Pro, bench.Now.AddDays(7)));
    }
}
