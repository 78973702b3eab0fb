using MtaSts.Grains.Notifications;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>Attempts, the pause of a channel, quiet hours and digests.</summary>
public sealed class DeliveryRulesTests
{
    private readonly OutboxBench bench = new();

    [Fact]
    public void Failed_IsRepeatedLaterAndLaterWithTheSameIdUntilItIsDelivered()
    {
        bench.Add(OutboxBench.One);
        bench.Add(OutboxBench.Two);
        List<DateTimeOffset> times = [];
        bench.Answer = (channel, _) =>
        {
            if (channel == OutboxBench.Two)
                return new NoticeResult.Delivered("HTTP 200");
            times.Add(bench.Now);
            return times.Count < 6 ? new NoticeResult.Failed("HTTP 500") : new NoticeResult.Delivered("HTTP 204");
        };
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(2));
        Assert.Equal([30, 60, 120, 240, 480], times.Zip(times.Skip(1), (one, next) => (int)(next - one).TotalSeconds));
        Assert.Single(bench.To(OutboxBench.One).Select(notice => notice.Id).Distinct());
        Assert.Single(bench.To(OutboxBench.Two));
        var log = bench.State.Notices.Values.Single(notice => notice.Channel == OutboxBench.One);
        Assert.Equal((NoticeOutcome.Delivered, 6, "HTTP 204"), (log.Outcome, log.Attempts, log.Answer));
        Assert.Null(log.NextAttemptAt);
    }

    [Fact]
    public void Failed_ReceiverAsksForALaterTime_IsNotRepeatedBefore()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 503", TimeSpan.FromHours(5));
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(4));
        Assert.Single(bench.Attempts);
        bench.Pass(TimeSpan.FromHours(2));
        Assert.Equal(2, bench.Attempts.Count);
    }

    [Fact]
    public void Failed_ForADay_PausesTheChannelAndTellsTheOthers()
    {
        bench.Add(OutboxBench.One);
        bench.Add(OutboxBench.Two, OutboxBench.Content("Two") with { LeastSeverity = NoticeSeverity.Critical, Domains = ["x.test"] });
        bench.Answer = (channel, _) => channel == OutboxBench.One ? new NoticeResult.Failed("HTTP 500") : new NoticeResult.Delivered("ok");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(DeliveryRules.RepeatFor - TimeSpan.FromHours(2));
        Assert.Null(bench.State.Channels[OutboxBench.One].Pause);
        bench.Pass(TimeSpan.FromHours(4));
        Assert.Contains("HTTP 500", bench.State.Channels[OutboxBench.One].Pause!.Reason, StringComparison.Ordinal);
        Assert.Equal(NoticeOutcome.GivenUp, bench.State.Notices.Values.Single(notice => notice.Channel == OutboxBench.One).Outcome);
        var told = OutboxBench.Text(Assert.Single(bench.To(OutboxBench.Two)));
        Assert.Equal(("Channel paused: ch-one", "https://mta.example.net/notifications"), (told.Title, told.Link!.AbsoluteUri));
        var attempts = bench.To(OutboxBench.One).Count();
        bench.Raise("b.test", isCritical: true);
        bench.Pass(TrialRules.Every / 2);
        Assert.Equal(attempts, bench.To(OutboxBench.One).Count());

        bench.Answer = null;
        bench.Resume(OutboxBench.One);
        bench.Raise("c.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal(["a.test", "b.test", "c.test"], bench.To(OutboxBench.One).Skip(attempts).SelectMany(notice => notice.Alerts).Select(alert => alert.Domain).Order());
        Assert.Equal("Channel in use again: ch-one", OutboxBench.Text(bench.To(OutboxBench.Two).Last()).Title);
        Assert.Null(bench.Due());
    }

    /// <summary>The end must not arrive before the beginning.</summary>
    [Fact]
    public void Resolved_WhileTheBeginningIsNotDelivered_Follows()
    {
        bench.Add(OutboxBench.One);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 500");
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(10));
        bench.Resolve("a.test");
        bench.Pass(TimeSpan.FromHours(1));
        Assert.All(bench.Attempts, attempt => Assert.Equal(NoticeKind.AlertRaised, attempt.Content.Kind));
        bench.Answer = null;
        bench.Pass(TimeSpan.FromHours(2));
        Assert.Equal([NoticeKind.AlertRaised, NoticeKind.AlertResolved], bench.Attempts.TakeLast(2).Select(attempt => attempt.Content.Kind));
    }

    [Fact]
    public void Log_ManyNotices_KeepsTheLatestAndWaitingStayBounded()
    {
        bench.Add(OutboxBench.One);
        for (var i = 0; i < INotificationsGrain.MaxLog + 20; i++)
        {
            bench.Raise($"d{i}.test", isCritical: true);
            bench.Pass(TimeSpan.FromHours(1));
        }
        Assert.Equal(INotificationsGrain.MaxLog, bench.State.Notices.Count);
        bench.Answer = (_, _) => new NoticeResult.Failed("HTTP 500");
        foreach (var kind in typeof(AlertKinds).GetFields().Select(field => (string)field.GetValue(null)!))
        {
            bench.Raise("x.test", kind, isCritical: true);
            bench.Pass(TimeSpan.FromMinutes(1));
        }
        Assert.InRange(bench.State.WaitingOf(OutboxBench.One).Count(), 2, NoticeRules.MaxWaiting);
    }

    [Fact]
    public void QuietHours_OnlyCriticalAlertsGoAndTheRestAtTheirEnd()
    {
        bench.Add(OutboxBench.One, OutboxBench.Content() with { Quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 0)), TimeZone = "Europe/Berlin" });
        bench.Now = new DateTimeOffset(2026, 3, 2, 21, 30, 0, TimeSpan.Zero); // 22:30 in Berlin.
        bench.Raise("a.test");
        bench.Raise("b.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.FromHours(8));
        Assert.Equal("b.test", Assert.Single(bench.Attempts).Content.Alerts[0].Domain);
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 6, 0, 0, TimeSpan.Zero), bench.Attempts[1].Content.CreatedAt);
    }

    /// <summary>A notice that was made before the quiet hours and failed is not repeated in them.</summary>
    [Fact]
    public void QuietHours_RepetitionOfAWarning_WaitsForTheirEnd()
    {
        bench.Add(OutboxBench.One, OutboxBench.Content() with { Quiet = new QuietHours(new TimeOnly(13, 0), new TimeOnly(17, 0)) });
        List<DateTimeOffset> times = [];
        bench.Answer = (_, _) =>
        {
            times.Add(bench.Now);
            return new NoticeResult.Failed("busy");
        };
        bench.Raise("a.test");
        bench.Pass(TimeSpan.FromHours(6));
        Assert.DoesNotContain(times, time => time.Hour is >= 13 and < 17);
        Assert.Contains(times, time => time.Hour == 12);
        Assert.Contains(new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.Zero), times);
    }

    [Theory]
    [InlineData("22:00", "07:00", "2026-03-28T21:30:00Z", "2026-03-29T05:00:00Z")] // Summer time begins in this night.
    [InlineData("22:00", "07:00", "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z")] // It ends in this night.
    [InlineData("22:00", "02:30", "2026-03-28T21:30:00Z", "2026-03-29T01:00:00Z")] // 02:30 does not exist: they end when the clocks change.
    [InlineData("22:00", "02:30", "2026-10-24T20:30:00Z", "2026-10-25T00:30:00Z")] // 02:30 exists twice: the first.
    [InlineData("09:00", "17:00", "2026-03-02T08:00:00Z", "2026-03-02T16:00:00Z")]
    [InlineData("09:00", "17:00", "2026-03-02T07:59:59Z", null)]
    [InlineData("09:00", "17:00", "2026-03-02T16:00:00Z", null)]
    public void QuietHours_End_FollowsTheLocalTime(string from, string until, string now, string? end)
    {
        var channel = OutboxBench.Content() with { Quiet = new QuietHours(Time(from), Time(until)), TimeZone = "Europe/Berlin" };
        Assert.Equal(end is null ? null : Moment(end), QuietTimes.End(channel, Moment(now)));

        static TimeOnly Time(string text) => TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(Plan.Pro, "2026-03-02T06:59:00Z", "2026-02-23T07:00:00Z")]
    [InlineData(Plan.Pro, "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z")]
    [InlineData(Plan.Pro, "2026-03-30T06:00:00Z", "2026-03-30T06:00:00Z")] // Summer time.
    [InlineData(Plan.Free, "2026-03-30T06:00:00Z", "2026-03-01T07:00:00Z")]
    [InlineData(Plan.Free, "2026-03-01T06:59:00Z", "2026-02-01T07:00:00Z")]
    public void Digest_Latest_IsAMorningOfTheZone(Plan plan, string now, string latest) =>
        Assert.Equal(DateTimeOffset.Parse(latest, System.Globalization.CultureInfo.InvariantCulture), DigestSchedule.Latest("Europe/Berlin", plan, DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Digest_OfAQuietAndOfALoudPeriod_SaysWhatHappened()
    {
        bench.Add(OutboxBench.One);
        Assert.False(DigestSchedule.IsDue(bench.State.Channels[OutboxBench.One], Plan.Pro, bench.Now));
        bench.Now = bench.Now.AddDays(7);
        Assert.True(DigestSchedule.IsDue(bench.State.Channels[OutboxBench.One], Plan.Pro, bench.Now));
        bench.State = ChannelRules.AddDigest(bench.State, OutboxBench.One, Facts(), bench.Now);
        bench.Pass(TimeSpan.Zero);
        Assert.False(DigestSchedule.IsDue(bench.State.Channels[OutboxBench.One], Plan.Pro, bench.Now));
        Assert.StartsWith("All quiet", OutboxBench.Text(bench.Attempts[^1].Content).Title, StringComparison.Ordinal);

        bench.Raise("a.test");
        bench.Raise("b.test");
        bench.Pass(TimeSpan.FromHours(1));
        bench.Resolve("b.test");
        bench.State = ChannelRules.AddDigest(bench.State, OutboxBench.One, Facts() with { From = bench.State.Channels[OutboxBench.One].DigestAt, Open = 1, Successful = 90, Failed = 10 }, bench.Now);
        bench.Pass(TimeSpan.Zero);
        var loud = OutboxBench.Text(bench.Attempts[^1].Content);
        Assert.StartsWith("Summary", loud.Title, StringComparison.Ordinal);
        Assert.Equal("Alerts: 2 raised, 1 resolved, 1 open.", loud.Paragraphs[0]);
        Assert.Contains("100, of which 10 failed", loud.Paragraphs[^1], StringComparison.Ordinal);
    }

    private DigestFacts Facts() => new() { From = bench.Now.AddDays(-7), Until = bench.Now, Domains = 3 };
}
