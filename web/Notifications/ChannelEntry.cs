using MtaSts.Application.Notifications;
using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Web.Notifications;

/// <summary>What the form of a channel holds.</summary>
public sealed class ChannelEntry
{
    public string Name { get; set; } = "";
    public string Notifier { get; set; } = "";

    /// <summary>The values by field.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);
    public NoticeSeverity LeastSeverity { get; set; } = NoticeSeverity.Warning;
    public bool AllDomains { get; set; } = true;

    /// <summary>One per line.</summary>
    public string Domains { get; set; } = "";
    public bool HasQuietHours { get; set; }
    public TimeOnly QuietFrom { get; set; } = new(22, 0);
    public TimeOnly QuietUntil { get; set; } = new(7, 0);
    public string TimeZone { get; set; } = "UTC";
    public bool Digest { get; set; } = true;
    public bool IsOn { get; set; } = true;

    public static ChannelEntry Of(ChannelView channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var content = channel.Content;
        var entry = new ChannelEntry
        {
            Name = content.Name,
            Notifier = content.Notifier,
            LeastSeverity = content.LeastSeverity,
            AllDomains = content.Domains is null,
            Domains = string.Join('\n', content.Domains ?? []),
            HasQuietHours = content.Quiet is not null,
            TimeZone = content.TimeZone,
            Digest = content.Digest,
            IsOn = content.IsOn,
        };
        if (content.Quiet is { } quiet)
            (entry.QuietFrom, entry.QuietUntil) = (quiet.From, quiet.Until);
        foreach (var (field, value) in channel.Settings)
            entry.Settings[field] = value;
        return entry;
    }

    public string Setting(string field) => Settings.GetValueOrDefault(field, "");

    public ChannelInput ToInput(IReadOnlyList<ChannelField> fields)
    {
        return new ChannelInput
        {
            Name = Name,
            Notifier = Notifier,
            Settings = fields.ToDictionary(field => field.Name, field => Setting(field.Name), StringComparer.Ordinal),
            LeastSeverity = LeastSeverity,
            Domains = AllDomains ? null : Domains.Split(['\n', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Quiet = HasQuietHours ? new QuietHours(QuietFrom, QuietUntil) : null,
            TimeZone = TimeZone,
            Digest = Digest,
            IsOn = IsOn,
        };
    }
}
