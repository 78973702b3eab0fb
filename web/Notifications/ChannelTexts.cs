using MtaSts.Application.Notifications;
using MtaSts.Grains;
using MtaSts.Modules.Notices;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Notifications;

/// <summary>Texts about channels and notices.</summary>
public static class ChannelTexts
{
    /// <summary>Name of a notifier; ids of plug-ins are unchanged.</summary>
    public static string Notifier(string id) => id switch
    {
        "notice.mail" => "Mail",
        "notice.webhook" => "Webhook",
        "notice.chat" => "Chat",
        _ => id,
    };

    /// <summary>Whether a channel is used, as a short text.</summary>
    public static string State(ChannelView channel) => channel switch
    {
        { Pause: not null } => "paused",
        { Content.IsOn: false } => "off",
        { IsUnconfirmed: true } => "waiting for confirmation",
        _ => "on",
    };

    /// <summary>CSS class of its chip.</summary>
    public static string StateTone(ChannelView channel) => channel switch
    {
        { Pause: not null } => "bad",
        { Content.IsOn: false } => "",
        { IsUnconfirmed: true } => "warn",
        _ => "ok",
    };

    public static string Outcome(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Waiting => "waiting",
        NoticeOutcome.Delivered => "delivered",
        NoticeOutcome.Refused => "refused",
        NoticeOutcome.GivenUp => "failed",
        _ => "not sent",
    };

    /// <summary>CSS class of the outcome's chip.</summary>
    public static string Tone(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Delivered => "ok",
        NoticeOutcome.Refused or NoticeOutcome.GivenUp => "bad",
        NoticeOutcome.Dropped => "warn",
        _ => "",
    };

    /// <summary>What the channel is sent, in one line.</summary>
    public static string Rules(ChannelContent channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        List<string> parts =
        [
            channel.LeastSeverity == NoticeSeverity.Critical ? "critical alerts" : "all alerts",
            channel.Domains is { } domains ? domains is [var one] ? $"of {one}" : $"of {Show.Plural(domains.Count, "domain")}" : "of all domains",
        ];
        var text = string.Join(' ', parts);
        if (channel.Quiet is { } quiet)
            text += $"; only critical ones from {quiet.From:HH\\:mm} to {quiet.Until:HH\\:mm} ({channel.TimeZone})";
        return text + (channel.Digest ? "; with digest" : "; no digest");
    }

    /// <summary>After a channel was stored.</summary>
    public static string Open(int alerts) => alerts == 0 ? "No alert is open." : $"{Show.Plural(alerts, "alert")} {(alerts == 1 ? "is" : "are")} open already, and {(alerts == 1 ? "is" : "are")} not sent again.";
}
