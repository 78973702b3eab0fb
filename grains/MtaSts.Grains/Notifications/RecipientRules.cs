using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>
/// Consent of a channel's recipient: until it is given, only the request is sent. One confirmation holds for all channels of the workspace to the same address.
/// </summary>
internal static class RecipientRules
{
    /// <summary>An address is asked at most once in this time.</summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromDays(1);

    /// <summary>How long a request can be confirmed.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromDays(7);

    public static Refusal Invalid { get; } = new(RefusalCodes.NotFound, "This code is not valid: it is mistyped, older than 7 days, withdrawn, or replaced by a newer request. Enter the code of the last mail, or send a new request on the page Notifications.");

    public static Refusal Unconfirmed { get; } = new(RefusalCodes.NotPossibleNow, "The recipient has not confirmed this channel yet. Until then only the request is sent. Test the channel after the confirmation.");

    private static readonly Refusal TooMany = new(RefusalCodes.LimitReached, $"A workspace asks at most {INotificationsGrain.MaxConfirmationsPerDay} addresses a day to confirm. Try again tomorrow.");

    /// <summary>Why the address cannot be asked now; null: it can, or need not be.</summary>
    public static Refusal? Problem(NotificationsState state, string? address, DateTimeOffset now)
    {
        if (address is null || state.Channels.Values.Any(channel => channel.Recipient == address && channel.ConfirmedAt is not null))
            return null;
        StoredRecipient[] today = [.. state.Recipients.Values.Where(asked => now - asked.AskedAt < AskEvery)];
        return today.Length < INotificationsGrain.MaxConfirmationsPerDay || Array.Exists(today, asked => asked.Address == address) ? null : TooMany;
    }

    /// <summary>Why a request that was withdrawn cannot be repeated yet; null: it can.</summary>
    public static Refusal? AgainProblem(NotificationsState state, StoredChannel channel, DateTimeOffset now) =>
        channel is { Recipient: { } address, ConfirmedAt: null } && state.Recipients.GetValueOrDefault(address) is { Code: "" } asked && now - asked.AskedAt < AskEvery
            ? new Refusal(RefusalCodes.LimitReached, string.Create(CultureInfo.InvariantCulture, $"{address} was asked to confirm at {asked.AskedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and is asked at most once a day. Try again later."))
            : Problem(state, channel.ConfirmedAt is null ? channel.Recipient : null, now);

    /// <summary>Asks the recipient of a channel, unless the recipient has confirmed another channel of this workspace, or was asked within a day.</summary>
    public static NotificationsState Ask(NotificationsState state, string id, RecipientRequest? request, DateTimeOffset now)
    {
        if (request is null || state.Channels[id] is not { Recipient: { } address, ConfirmedAt: null } channel)
            return state;
        StoredChannel[] others = [.. state.Channels.Values.Where(other => other.Recipient == address && other.Id != id)];
        if (Array.Exists(others, other => other.ConfirmedAt is not null) && !Array.Exists([.. others, channel], other => other.Pause?.Reason == Unsubscribed))
            return state.WithChannel(channel with { ConfirmedAt = now });
        if (state.Recipients.TryGetValue(address, out var known) && now - known.AskedAt < AskEvery)
            return state; // The mail of that request confirms this channel too.
        state = state.WithoutRecipients(state.Recipients.Values.Where(asked => now - asked.AskedAt >= ValidFor).Select(asked => asked.Address).ToArray())
            .WithRecipient(new StoredRecipient { Address = address, Code = request.Code, AskedAt = now, AskedBy = request.By });
        var facts = new ConfirmationFacts { Address = address, WorkspaceId = request.WorkspaceId, Workspace = request.Workspace, By = request.By, Code = request.Code, Until = now + ValidFor };
        return NoticeRules.Add(state, id, NoticeKind.Confirmation, NoticeSeverity.Information, now, made => made with { Confirmation = facts }, out _);
    }

    /// <summary>Confirms all channels of the address that wait for it; null: the code is not that of the present request.</summary>
    public static NotificationsState? Confirm(NotificationsState state, string address, string code, DateTimeOffset now)
    {
        if (!IsValid(state, address, code, now))
            return null;
        return state.Channels.Values.Where(channel => channel.Recipient == address && channel is { ConfirmedAt: null } && channel.Pause?.Reason != Unsubscribed).ToArray()
            .Aggregate(state, (all, channel) => all.WithChannel(ChannelRules.WithDigestFrom(channel, channel with { ConfirmedAt = now }, now)));
    }

    public static bool IsValid(NotificationsState state, string address, string code, DateTimeOffset now) =>
        state.Recipients.TryGetValue(address, out var asked) && asked.Code.Length > 0 && now - asked.AskedAt < ValidFor
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(asked.Code), Encoding.UTF8.GetBytes(code));

    /// <summary>The recipient wants no notices of this channel any more.</summary>
    public static NotificationsState Unsubscribe(NotificationsState state, string id, DateTimeOffset now)
    {
        var channel = state.Channels[id];
        if (state.Recipients.TryGetValue(channel.Recipient!, out var asked))
            state = state.WithRecipient(asked with { Code = "" });
        if (channel.Pause is not null)
            state = PauseRules.End(state, id, now); // The earlier reason no longer applies.
        state = PauseRules.Begin(state, id, Unsubscribed, now);
        return state.WithChannel(state.Channels[id] with { ConfirmedAt = null, TrialAt = null });
    }

    /// <summary>When the daily limit that the channel has reached ends; null when it is not reached.</summary>
    public static DateTimeOffset? LimitEnd(StoredChannel channel, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return channel.Recipient is not null && channel.SentOn == today && channel.Sent >= INotificationsGrain.MaxPerDay ? new DateTimeOffset(today.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;
    }

    /// <summary>Counts a notice that was delivered.</summary>
    public static StoredChannel Counted(StoredChannel channel, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return channel with { SentOn = today, Sent = channel.SentOn == today ? channel.Sent + 1 : 1 };
    }

    public const string Unsubscribed = "Unsubscribed by the recipient.";
}

/// <summary>Content of a request to confirm.</summary>
/// <param name="Code">Not guessable.</param>
internal sealed record RecipientRequest(string WorkspaceId, string Workspace, string By, string Code);
