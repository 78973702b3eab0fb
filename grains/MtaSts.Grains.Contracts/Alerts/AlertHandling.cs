namespace MtaSts.Grains;

/// <summary>What a person or a program decided about an alert: an acknowledgement, a snooze or a mute.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who: an e-mail address, or <c>API token</c> and the token's name.</param>
/// <param name="Reason">Why, or a note; null when none was given.</param>
/// <param name="Until">When it ends; null: when the alert does, or, of a mute, when somebody ends it.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertHandling")]
public sealed record AlertHandling([property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] string? Reason = null, [property: Id(3)] DateTimeOffset? Until = null)
{
    /// <summary>Maximum characters of a reason.</summary>
    public const int MaxReason = 300;

    /// <summary>Longest snooze. An alert that nobody wants for longer is muted.</summary>
    public static readonly TimeSpan MaxSnooze = TimeSpan.FromDays(30);

    /// <summary>Longest mute with an end. One without an end has no limit.</summary>
    public static readonly TimeSpan MaxMute = TimeSpan.FromDays(366);
}

/// <summary>Alerts of one kind send no notices for one domain.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Muted">Who, when, why and until when.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertMute")]
public sealed record AlertMute([property: Id(0)] string Kind, [property: Id(1)] AlertHandling Muted);

/// <summary>What happened to an alert. Permanent, because the values are stored.</summary>
[GenerateSerializer, Alias("MtaSts.AlertEventKind")]
public enum AlertEventKind
{
    /// <summary>A source reported it.</summary>
    Raised,

    /// <summary>Its severity rose.</summary>
    Worse,

    /// <summary>Its severity fell.</summary>
    Better,

    /// <summary>Somebody handles it: no notices until its severity rises.</summary>
    Acknowledged,

    /// <summary>Somebody withdrew the acknowledgement, or the severity rose.</summary>
    AcknowledgementEnded,

    /// <summary>No notices until a date.</summary>
    Snoozed,

    /// <summary>Somebody ended the snooze, its date has come, or the severity rose.</summary>
    SnoozeEnded,

    /// <summary>Its kind was muted for the domain.</summary>
    Muted,

    /// <summary>Somebody ended the mute, or its date has come.</summary>
    MuteEnded,

    /// <summary>No source reports it any more.</summary>
    Resolved,
}

/// <summary>One event in the history of an alert.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
/// <param name="By">Who; null: the service.</param>
/// <param name="Reason">Why; null when none was given.</param>
/// <param name="Until">The end that was set.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertEvent")]
public sealed record AlertEvent(
    [property: Id(0)] AlertEventKind Kind,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string? By = null,
    [property: Id(3)] string? Reason = null,
    [property: Id(4)] DateTimeOffset? Until = null);

/// <summary>An alert with its history.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Events">Oldest first: the first event and the latest ones, at most <see cref="MaxEvents"/>.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertDetail")]
public sealed record AlertDetail([property: Id(0)] AlertView Alert, [property: Id(1)] IReadOnlyList<AlertEvent> Events)
{
    /// <summary>Maximum number of events kept of an alert. Bounds: an alert that changes for months.</summary>
    public const int MaxEvents = 40;
}
