using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Alerts;

/// <summary>The workspace's open alerts by domain, and its latest resolved ones.</summary>
internal sealed record WorkspaceAlertsState
{
    /// <summary>Domains that have alerts, or had them recently.</summary>
    [JsonPropertyName("domains")] public ImmutableSortedDictionary<string, DomainAlerts> Domains { get; init; } = ImmutableSortedDictionary.Create<string, DomainAlerts>(StringComparer.Ordinal);
}

/// <summary>One domain's alerts in the index.</summary>
internal sealed record DomainAlerts(
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("updatedAt")] DateTimeOffset UpdatedAt,
    [property: JsonPropertyName("alerts")] ImmutableArray<StoredAlert> Alerts);

/// <summary>Rules of the index: it contains the newest revision of each domain.</summary>
internal static class AlertIndex
{
    /// <summary>How long a domain without alerts stays in the index, so that a delayed call is detected by its revision: far longer than any call takes.</summary>
    private static readonly TimeSpan StragglersFor = TimeSpan.FromHours(1);

    public static WorkspaceAlertsState Set(WorkspaceAlertsState state, string domain, long revision, IReadOnlyList<AlertView> alerts, DateTimeOffset now)
    {
        if (state.Domains.TryGetValue(domain, out var known) && known.Revision >= revision)
            return state;
        var domains = state.Domains.SetItem(domain, new DomainAlerts(revision, now, [.. alerts.Select(StoredAlert.Of)]));
        var kept = domains.SelectMany(pair => pair.Value.Alerts.Where(alert => alert.ResolvedAt is not null).Select(alert => (Domain: pair.Key, Alert: alert)))
            .OrderByDescending(past => past.Alert.ResolvedAt).Take(IWorkspaceAlertsGrain.MaxPast).ToHashSet();
        foreach (var (name, entry) in domains)
        {
            ImmutableArray<StoredAlert> left = [.. entry.Alerts.Where(alert => alert.ResolvedAt is null || kept.Contains((name, alert)))];
            if (left.IsEmpty && now - entry.UpdatedAt > StragglersFor)
                domains = domains.Remove(name);
            else if (left.Length < entry.Alerts.Length)
                domains = domains.SetItem(name, entry with { Alerts = left });
        }
        return state with { Domains = domains };
    }

    /// <summary>Open ones, newest first, then resolved ones, most recently resolved first.</summary>
    public static IReadOnlyList<AlertView> List(WorkspaceAlertsState state) =>
    [
        .. state.Domains.SelectMany(pair => pair.Value.Alerts.Select(alert => alert.ToView(pair.Key)))
            .OrderBy(alert => alert.ResolvedAt is not null).ThenByDescending(alert => alert.ResolvedAt ?? alert.RaisedAt),
    ];
}
