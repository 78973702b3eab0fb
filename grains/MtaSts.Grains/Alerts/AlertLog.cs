using System.Collections.Immutable;
using System.Globalization;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Alerts;

/// <summary>
/// The rules of alerts: an alert is raised when the first source reports its kind, updated while the facts change, and resolved when no source reports it any more. The open alerts
/// depend only on the newest revision of each source, regardless of the order and repetition of calls.
/// </summary>
internal static class AlertLog
{
    /// <summary>Sets the conditions of a source. An old revision changes nothing.</summary>
    /// <param name="severityOf">Null: all alerts have the same severity.</param>
    public static AlertsState Set(AlertsState state, AlertSource source, long revision, IReadOnlyList<AlertCondition> conditions, DateTimeOffset now, Func<AlertView, NoticeSeverity>? severityOf = null)
    {
        if (revision <= state.Erased || state.Sources.Any(known => known.Source == source && known.Revision >= revision))
            return state;
        var seen = new SourceConditions(source, revision, [.. conditions.Select(StoredCondition.Of)]);
        return Follow(state with { Sources = [.. state.Sources.Where(known => known.Source != source).Append(seen).OrderBy(known => known.Source)] }, revision, now, severityOf);
    }

    /// <summary>Deletes everything up to the revision, because its claim was removed.</summary>
    public static AlertsState Erase(AlertsState state, long revision, DateTimeOffset now, Func<AlertView, NoticeSeverity>? severityOf = null)
    {
        if (revision <= state.Erased)
            return state;
        ImmutableArray<SourceConditions> left = [.. state.Sources.Where(source => source.Revision > revision)];
        // A condition that a later claim also has now belongs to that claim.
        var seenBy = left.SelectMany(source => source.Conditions.Select(condition => (condition.Kind, source.Revision))).ToLookup(seen => seen.Kind, seen => seen.Revision);
        return Follow(
            state with
            {
                Sources = left,
                Alerts =
                [
                    .. state.Alerts.Where(alert => alert.RaisedBy > revision || (alert.ResolvedAt is null && seenBy.Contains(alert.Kind)))
                        .Select(alert => alert.RaisedBy > revision ? alert : alert with { RaisedBy = seenBy[alert.Kind].Min() }),
                ],
                Mutes = left.IsEmpty ? state.Mutes.Clear() : state.Mutes,
                Erased = revision,
                ErasedAt = now,
            },
            revision,
            now,
            severityOf);
    }

    /// <summary>Open ones first, then resolved ones, newest first.</summary>
    public static IReadOnlyList<AlertView> List(AlertsState state, string domain) =>
        [.. state.Alerts.OrderBy(alert => alert.ResolvedAt is not null).ThenByDescending(alert => alert.RaisedAt).Select(alert => alert.ToView(domain))];

    private static AlertsState Follow(AlertsState state, long revision, DateTimeOffset now, Func<AlertView, NoticeSeverity>? severityOf)
    {
        state = AlertHandlingRules.Expire(state, now);
        var seen = Seen(state.Sources);
        var last = state.Last;
        var alerts = state.Alerts.Select(alert => !alert.IsOpen || seen.ContainsKey(alert.Kind) ? alert : AlertHandlingRules.Resolved(alert, now)).ToList();
        foreach (var (kind, (parameters, sources)) in seen)
        {
            var open = alerts.FindIndex(alert => alert.Kind == kind && alert.ResolvedAt is null);
            if (open < 0)
                alerts.Add(Raised((++last).ToString(CultureInfo.InvariantCulture), kind, parameters, sources));
            else if (!IsSame(alerts[open], kind, parameters, sources))
                alerts[open] = AlertHandlingRules.Updated(alerts[open], alerts[open] with { Parameters = parameters, Sources = sources, UpdatedAt = now }, severityOf ?? (static _ => NoticeSeverity.Warning), now);
        }
        for (var surplus = alerts.Count(alert => alert.ResolvedAt is not null) - IAlertGrain.MaxPast; surplus > 0; surplus--)
            alerts.RemoveAt(alerts.FindIndex(alert => alert.ResolvedAt is not null));
        return (state with { Alerts = [.. alerts], Last = last }).Changed(now);

        StoredAlert Raised(string id, string kind, ImmutableSortedDictionary<string, ImmutableArray<string>> parameters, ImmutableArray<AlertSource> sources) =>
            new StoredAlert { Id = id, Kind = kind, Parameters = parameters, Sources = sources, RaisedBy = revision, RaisedAt = now, UpdatedAt = now, Muted = state.Mutes.GetValueOrDefault(kind) }.With(AlertEventKind.Raised, now);
    }

    /// <summary>
    /// The reported kinds, with the facts of all their sources; if two sources set the same fact, the first in source order is used. Reports come last: what the service itself sees takes
    /// precedence over what others report.
    /// </summary>
    private static SortedDictionary<string, (ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters, ImmutableArray<AlertSource> Sources)> Seen(ImmutableArray<SourceConditions> sources)
    {
        var seen = new SortedDictionary<string, (ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters, ImmutableArray<AlertSource> Sources)>(StringComparer.Ordinal);
        foreach (var source in sources.OrderBy(static source => source.Source == AlertSource.Reports).ThenBy(static source => source.Source))
        {
            foreach (var condition in source.Conditions)
            {
                seen[condition.Kind] = seen.TryGetValue(condition.Kind, out var known)
                    ? (known.Parameters.AddRange(condition.Parameters.Where(pair => !known.Parameters.ContainsKey(pair.Key))), known.Sources.Contains(source.Source) ? known.Sources : known.Sources.Add(source.Source))
                    : (condition.Parameters, [source.Source]);
            }
        }
        return seen;
    }

    private static bool IsSame(StoredAlert alert, string kind, ImmutableSortedDictionary<string, ImmutableArray<string>> parameters, ImmutableArray<AlertSource> sources) =>
        alert.Sources.SequenceEqual(sources) && new AlertCondition { Kind = kind, Parameters = parameters }.Equals(new AlertCondition { Kind = kind, Parameters = alert.Parameters });
}
