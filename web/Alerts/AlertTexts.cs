using MtaSts.Grains;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Alerts;

/// <summary>Words for how alerts are handled.</summary>
public static class AlertTexts
{
    /// <summary>"Acknowledged by a@example.com on 2026-12-31 12:00 UTC until …: reason".</summary>
    public static string Handled(string verb, AlertHandling handling)
    {
        ArgumentNullException.ThrowIfNull(handling);
        return $"{verb} by {handling.By} on {Show.Utc(handling.At)}{Until(handling.Until)}{(handling.Reason is { } reason ? $": {reason}" : ".")}";
    }

    /// <summary>One line of the history, without its time.</summary>
    public static string Event(AlertEvent known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return $"{Verb(known.Kind)}{(known.By is { } by ? $" by {by}" : "")}{Until(known.Until)}{(known.Reason is { } reason ? $": {reason}" : "")}";
    }

    private static string Until(DateTimeOffset? until) => until is { } end ? $", until {Show.Utc(end)}" : "";

    private static string Verb(AlertEventKind kind) => kind switch
    {
        AlertEventKind.Raised => "Raised",
        AlertEventKind.Worse => "Severity rose",
        AlertEventKind.Better => "Severity fell",
        AlertEventKind.Acknowledged => "Acknowledged",
        AlertEventKind.AcknowledgementEnded => "Acknowledgement ended",
        AlertEventKind.Snoozed => "Snoozed",
        AlertEventKind.SnoozeEnded => "Snooze ended",
        AlertEventKind.Muted => "Kind muted",
        AlertEventKind.MuteEnded => "Mute ended",
        AlertEventKind.Resolved => "Resolved",
        _ => kind.ToString(),
    };
}
