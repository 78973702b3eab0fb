using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>An acknowledgement, a snooze or a mute.</summary>
/// <param name="At">When.</param>
/// <param name="By">An e-mail address, or <c>API token</c> and the token's name.</param>
/// <param name="Reason">The reason or note; null when none was given.</param>
/// <param name="Until">When it ends by itself; null: with the alert, or, of a mute, when it is deleted.</param>
internal sealed record AlertHandlingResource(DateTimeOffset At, string By, string? Reason, DateTimeOffset? Until)
{
    public static AlertHandlingResource? Of(AlertHandling? handling) => handling is null ? null : new(handling.At, handling.By, handling.Reason, handling.Until);
}

/// <summary>An event in the history of an alert.</summary>
/// <param name="Kind"><c>raised</c>, <c>worse</c>, <c>better</c>, <c>acknowledged</c>, <c>acknowledgementEnded</c>, <c>snoozed</c>, <c>snoozeEnded</c>, <c>muted</c>, <c>muteEnded</c> or <c>resolved</c>.</param>
/// <param name="At">When.</param>
/// <param name="By">Null: the service.</param>
/// <param name="Reason">The reason or note; null when none was given.</param>
/// <param name="Until">The end that was set; null when none was set.</param>
internal sealed record AlertEventResource(AlertEventKind Kind, DateTimeOffset At, string? By, string? Reason, DateTimeOffset? Until)
{
    public static AlertEventResource Of(AlertEvent known) => new(known.Kind, known.At, known.By, known.Reason, known.Until);
}

/// <summary>A muted kind of alerts.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="At">Since when.</param>
/// <param name="By">An e-mail address, or <c>API token</c> and the token's name.</param>
/// <param name="Reason">The reason; null when none was given.</param>
/// <param name="Until">When it ends by itself; null: when it is deleted.</param>
internal sealed record MuteResource(string Kind, DateTimeOffset At, string By, string? Reason, DateTimeOffset? Until)
{
    public static MuteResource Of(AlertMute mute) => new(mute.Kind, mute.Muted.At, mute.Muted.By, mute.Muted.Reason, mute.Muted.Until);
}
