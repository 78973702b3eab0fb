using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains;

/// <summary>A channel as its owner describes it, without the values of its settings.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ChannelContent")]
public sealed record ChannelContent
{
    /// <summary>For lists, the log, and notices about the channel.</summary>
    [Id(0), JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>Permanent id of the notifier: <c>notice.mail</c>. Does not change.</summary>
    [Id(1), JsonPropertyName("notifier")] public required string Notifier { get; init; }

    /// <summary>Alerts of a lower severity are not sent: <see cref="NoticeSeverity.Warning"/>, with reminders, or <see cref="NoticeSeverity.Critical"/>.</summary>
    [Id(2), JsonPropertyName("leastSeverity")] public NoticeSeverity LeastSeverity { get; init; } = NoticeSeverity.Warning;

    /// <summary>The domains whose alerts are sent, in ordinal order; null: all.</summary>
    [Id(3), JsonPropertyName("domains")] public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>When only critical alerts are sent; null: never.</summary>
    [Id(4), JsonPropertyName("quiet")] public QuietHours? Quiet { get; init; }

    /// <summary>IANA time zone of <see cref="Quiet"/> and of the digest: <c>Europe/Berlin</c>.</summary>
    [Id(5), JsonPropertyName("timeZone")] public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether the periodic summary is sent.</summary>
    [Id(6), JsonPropertyName("digest")] public bool Digest { get; init; } = true;

    /// <summary>Whether anything is sent.</summary>
    [Id(7), JsonPropertyName("isOn")] public bool IsOn { get; init; } = true;

    /// <summary>Whether alerts of this severity are sent. Reminders are sent like warnings.</summary>
    public bool Includes(NoticeSeverity severity) => severity >= LeastSeverity || (severity == NoticeSeverity.Information && LeastSeverity == NoticeSeverity.Warning);

    /// <summary>Whether alerts of the domain are sent; an empty name stands for the workspace.</summary>
    public bool Includes(string domain)
    {
        if (Domains is not { } domains || domain.Length == 0)
            return true;
        var (low, high) = (0, domains.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (string.CompareOrdinal(domains[middle], domain))
            {
                case 0:
                    return true;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }
        return false;
    }
}

/// <summary>A part of each day, in the channel's time zone. It may span midnight.</summary>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it ends; not equal to <paramref name="From"/>.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.QuietHours")]
public sealed record QuietHours([property: Id(0), JsonPropertyName("from")] TimeOnly From, [property: Id(1), JsonPropertyName("until")] TimeOnly Until);

/// <summary>The values of a channel's settings by the names of the notifier's fields.</summary>
/// <param name="Open">Values that may be shown.</param>
/// <param name="Secret">Values that are never shown, as <see cref="IChannelSecrets.Protect"/> returns them.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ChannelValues")]
public sealed record ChannelValues(
    [property: Id(0), JsonPropertyName("open")] ImmutableSortedDictionary<string, string> Open,
    [property: Id(1), JsonPropertyName("secret")] ImmutableSortedDictionary<string, string> Secret);

/// <summary>Why the service sends nothing to a channel any more.</summary>
/// <param name="At">When it was paused.</param>
/// <param name="Reason">What failed, in the receiver's words, without secrets.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ChannelPause")]
public sealed record ChannelPause([property: Id(0), JsonPropertyName("at")] DateTimeOffset At, [property: Id(1), JsonPropertyName("reason")] string Reason);

/// <summary>A channel and its state.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ChannelRecord")]
public sealed record ChannelRecord
{
    /// <summary>Unguessable and permanent; unique across workspaces.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required ChannelContent Content { get; init; }
    [Id(2)] public required ChannelValues Values { get; init; }
    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(4)] public required string CreatedBy { get; init; }

    /// <summary>Null while it is in use.</summary>
    [Id(5)] public ChannelPause? Pause { get; init; }

    /// <summary>Notices that are not delivered yet.</summary>
    [Id(6)] public int Waiting { get; init; }

    /// <summary>The recipient who must confirm the channel; null: no confirmation is needed.</summary>
    [Id(7)] public ChannelRecipient? Recipient { get; init; }
}

/// <summary>Who receives the notices of a channel and must have agreed to it.</summary>
/// <param name="ConfirmedAt">When the recipient confirmed; null: not yet, and only the request is sent.</param>
/// <param name="AskedAt">When the address was last asked; null: not within the last week.</param>
/// <param name="IsOpen">Whether that request can be confirmed.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ChannelRecipient")]
public sealed record ChannelRecipient(
    [property: Id(0)] string Address, [property: Id(1)] DateTimeOffset? ConfirmedAt, [property: Id(2)] DateTimeOffset? AskedAt, [property: Id(3)] bool IsOpen);

/// <summary>Protects links that are sent to recipients with the keys in the service's store, so that nobody else can make one.</summary>
public interface ILinkProtection
{
    /// <summary>The text in protected form, for a URL.</summary>
    string Protect(string text);

    /// <summary>The text; null when this service did not make the link.</summary>
    string? Unprotect(string token);
}

/// <summary>Protects the secret settings of channels with the keys in the service's store.</summary>
public interface IChannelSecrets
{
    /// <summary>The value in protected form, for the storage.</summary>
    string Protect(string value);

    /// <summary>The value; null when the key with which it was protected is lost.</summary>
    string? Unprotect(string value);
}
