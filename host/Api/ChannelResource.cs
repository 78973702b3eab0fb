using System.Globalization;
using System.Text.Json.Serialization;
using MtaSts.Application.Notifications;
using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Host.Api;

/// <summary>A channel. Secret settings are never returned.</summary>
/// <param name="Settings">The settings that are not secret, by the names of the notifier's fields.</param>
/// <param name="Secrets">The fields that have a secret value.</param>
/// <param name="Domains">Null: all.</param>
/// <param name="QuietHours">When only critical alerts are sent; null: never.</param>
/// <param name="TimeZone">IANA name; of the quiet hours and the digest.</param>
/// <param name="Paused">Set when the service sends nothing any more because notices failed for good.</param>
/// <param name="Waiting">Notices that are not delivered yet.</param>
/// <param name="Warning">Why notices may not arrive although the channel works.</param>
/// <param name="Recipient">The recipient, who must confirm before anything but the request is sent; null: no confirmation is needed.</param>
internal sealed record ChannelResource(
    string Id,
    string Name,
    string Notifier,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<string> Secrets,
    NoticeSeverity LeastSeverity,
    IReadOnlyList<string>? Domains,
    QuietHoursResource? QuietHours,
    string TimeZone,
    bool Digest,
    bool Enabled,
    ChannelPauseResource? Paused,
    int Waiting,
    string? Warning,
    RecipientResource? Recipient,
    DateTimeOffset CreatedAt,
    string CreatedBy)
{
    public static ChannelResource Of(ChannelView channel) => new(
        channel.Id, channel.Content.Name, channel.Content.Notifier, channel.Settings, channel.Secrets, channel.Content.LeastSeverity, channel.Content.Domains,
        channel.Content.Quiet is { } quiet ? QuietHoursResource.Of(quiet) : null, channel.Content.TimeZone, channel.Content.Digest, channel.Content.IsOn,
        channel.Pause is { } pause ? new(pause.At, pause.Reason) : null, channel.Waiting, channel.Warning,
        channel.Recipient is { } recipient ? RecipientResource.Of(recipient) : null, channel.CreatedAt, channel.CreatedBy);
}

/// <summary>The recipient of a channel.</summary>
/// <param name="State">Whether the recipient has agreed to get the notices.</param>
/// <param name="AskedAt">When the last request was made; null: none within the last week.</param>
internal sealed record RecipientResource(string Address, ConfirmationState State, DateTimeOffset? AskedAt)
{
    public static RecipientResource Of(ChannelRecipient recipient) => new(recipient.Address, recipient switch
    {
        { ConfirmedAt: not null } => ConfirmationState.Confirmed,
        { IsOpen: true } => ConfirmationState.WaitingForConfirmation,
        _ => ConfirmationState.NotAsked,
    }, recipient.AskedAt);
}

/// <summary>Whether the recipient of a channel has agreed to get its notices.</summary>
internal enum ConfirmationState
{
    /// <summary>A request was made. Nothing else is sent before it is confirmed.</summary>
    WaitingForConfirmation,

    /// <summary>The recipient has confirmed.</summary>
    Confirmed,

    /// <summary>The recipient has unsubscribed, or the request has expired. Resuming the channel sends a request.</summary>
    NotAsked,
}

/// <summary>A stored channel.</summary>
/// <param name="OpenAlerts">Alerts that are open now. They are not sent one by one.</param>
internal sealed record SavedChannelResource(ChannelResource Channel, int OpenAlerts)
{
    public static SavedChannelResource Of(SavedChannel saved) => new(ChannelResource.Of(saved.Channel), saved.OpenAlerts);
}

/// <summary>A part of each day; it may span midnight.</summary>
/// <param name="From">Local time: <c>22:00</c>.</param>
/// <param name="Until">Local time: <c>07:00</c>.</param>
internal sealed record QuietHoursResource(string? From, string? Until)
{
    private const string Format = "HH:mm";

    public static QuietHoursResource Of(QuietHours quiet) => new(quiet.From.ToString(Format, CultureInfo.InvariantCulture), quiet.Until.ToString(Format, CultureInfo.InvariantCulture));

    /// <summary>Null when a time does not have the form.</summary>
    public QuietHours? Read() => Read(From) is { } from && Read(Until) is { } until ? new QuietHours(from, until) : null;

    private static TimeOnly? Read(string? text) => TimeOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}

/// <summary>A pause of a channel.</summary>
/// <param name="At">When it began.</param>
/// <param name="Reason">What failed.</param>
internal sealed record ChannelPauseResource(DateTimeOffset At, string Reason);

/// <summary>Result of a test.</summary>
/// <param name="Delivered">Whether the receiver accepted the notice.</param>
/// <param name="Answer">The receiver's own answer, or what failed.</param>
/// <param name="OpenAlerts">Alerts that are open now. They are not sent one by one.</param>
internal sealed record ChannelTestResource(bool Delivered, string Answer, int OpenAlerts)
{
    public static ChannelTestResource Of(ChannelTest test) => new(test.IsDelivered, test.Answer, test.OpenAlerts);
}

/// <summary>A line of the delivery log.</summary>
/// <param name="Id">The same at each attempt; receivers recognise a repeat by it.</param>
/// <param name="Channel">Id of the channel.</param>
/// <param name="Alerts">Number of alerts that it tells.</param>
/// <param name="Answer">The receiver's last answer, or what failed; empty before the first attempt.</param>
/// <param name="NextAttemptAt">Null when there is no further attempt.</param>
internal sealed record NoticeResource(
    string Id, string Channel, NoticeKind Kind, NoticeSeverity Severity, string Title, int Alerts, DateTimeOffset CreatedAt, NoticeOutcome Outcome, int Attempts, DateTimeOffset? LastAttemptAt, string Answer, DateTimeOffset? NextAttemptAt)
{
    public static NoticeResource Of(NoticeLine line) => new(
        line.Notice.Content.Id, line.Notice.Channel, line.Notice.Content.Kind, line.Notice.Content.Severity, line.Title, line.Notice.Content.Total, line.Notice.Content.CreatedAt,
        line.Notice.Outcome, line.Notice.Attempts, line.Notice.LastAttemptAt, line.Notice.Answer, line.Notice.NextAttemptAt);
}

/// <summary>A kind of channel.</summary>
internal sealed record NotifierResource(string Id, IReadOnlyList<NotifierFieldResource> Fields)
{
    public static NotifierResource Of(NotifierView notifier) => new(notifier.Id, [.. notifier.Fields.Select(field => new NotifierFieldResource(field.Name, field.Label, field.Help, field.IsSecret, field.IsOptional, field.Choices))]);
}

/// <summary>A setting of a channel.</summary>
/// <param name="Choices">The only possible values; empty for free text.</param>
internal sealed record NotifierFieldResource(string Name, string Label, string Help, bool Secret, bool Optional, IReadOnlyList<string> Choices);

/// <summary>Confirms a channel with the code that its recipient received.</summary>
/// <param name="Code">The code in the mail to the recipient.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConfirmBody(string? Code);

/// <summary>A channel as it is to be.</summary>
/// <param name="Notifier">Required when it is created; cannot be changed.</param>
/// <param name="Settings">By the names of the notifier's fields. When a channel is changed, an omitted secret keeps its value; if another setting is changed, the secrets must be given again.</param>
/// <param name="LeastSeverity"><c>warning</c> (default) or <c>critical</c>.</param>
/// <param name="Domains">Null: all.</param>
/// <param name="TimeZone">IANA name, default UTC.</param>
/// <param name="Digest">Whether the periodic summary is sent; default true.</param>
/// <param name="Enabled">Default true.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChannelBody(
    string? Name, string? Notifier, IReadOnlyDictionary<string, string>? Settings, NoticeSeverity? LeastSeverity, IReadOnlyList<string>? Domains, QuietHoursResource? QuietHours, string? TimeZone, bool? Digest, bool? Enabled)
{
    public ChannelInput ToInput() => new()
    {
        Name = Name,
        Notifier = Notifier,
        Settings = Settings,
        LeastSeverity = LeastSeverity ?? NoticeSeverity.Warning,
        Domains = Domains,
        Quiet = QuietHours?.Read(),
        TimeZone = TimeZone,
        Digest = Digest ?? true,
        IsOn = Enabled ?? true,
    };
}
