using MtaSts.Application.Notifications;
using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Host.Tests.Api;

/// <summary>A channel and a notice with every property set.</summary>
internal static class ChannelSample
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public static ChannelView View { get; } = new(
        "ch-1",
        new ChannelContent
        {
            Name = "On call",
            Notifier = "notice.webhook",
            LeastSeverity = NoticeSeverity.Critical,
            Domains = ["a.example"],
            Quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 30)),
            TimeZone = "Europe/Berlin",
        },
        new Dictionary<string, string> { ["url"] = "https://hooks.example/" }, ["secret"], Moment, "owner@example.com", new ChannelPause(Moment.AddMinutes(1), "HTTP 410"), 2, "The address is at a.example.",
        new ChannelRecipient("owner@a.example", null, Moment.AddMinutes(4), true));

    public static NoticeRecord Notice { get; } = new()
    {
        Channel = "ch-1",
        Content = new NoticeContent { Id = "ch-1-5", Kind = NoticeKind.AlertRaised, Severity = NoticeSeverity.Critical, Cause = "a.example/cname-lost", CreatedAt = Moment, Total = 3 },
        Outcome = NoticeOutcome.GivenUp,
        Attempts = 4,
        LastAttemptAt = Moment.AddMinutes(2),
        Answer = "HTTP 500",
        NextAttemptAt = Moment.AddMinutes(3),
    };
}
