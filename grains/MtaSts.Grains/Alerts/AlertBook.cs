using System.Globalization;

namespace MtaSts.Grains.Alerts;

/// <summary>An alert is raised once, updated while it lasts, and resolved by itself when its condition is over.</summary>
internal static class AlertBook
{
    public static AlertsState Set(AlertsState state, string domain, IReadOnlyList<AlertCondition> conditions, DateTimeOffset now)
    {
        var alerts = state.Alerts;
        var last = state.Last;
        for (var i = 0; i < alerts.Length; i++)
        {
            if (alerts[i].ResolvedAt is null && !conditions.Any(c => c.Kind == alerts[i].Kind))
                alerts = alerts.SetItem(i, alerts[i] with { ResolvedAt = now, UpdatedAt = now });
        }
        foreach (var condition in conditions)
        {
            var open = IndexOfOpen(alerts, condition.Kind);
            if (open < 0)
            {
                last++;
                alerts = alerts.Add(new AlertView
                {
                    Id = last.ToString(CultureInfo.InvariantCulture),
                    Domain = domain,
                    Kind = condition.Kind,
                    Severity = condition.Severity,
                    Message = condition.Message,
                    RaisedAt = now,
                    UpdatedAt = now,
                });
            }
            else if (alerts[open].Severity != condition.Severity || alerts[open].Message != condition.Message)
            {
                alerts = alerts.SetItem(open, alerts[open] with { Severity = condition.Severity, Message = condition.Message, UpdatedAt = now });
            }
        }
        while (alerts.Count(a => a.ResolvedAt is not null) > IAlertGrain.MaxPast)
            alerts = alerts.Remove(alerts.First(a => a.ResolvedAt is not null));
        return alerts == state.Alerts ? state : new AlertsState { Alerts = alerts, Last = last };
    }

    private static int IndexOfOpen(System.Collections.Immutable.ImmutableArray<AlertView> alerts, string kind)
    {
        for (var i = 0; i < alerts.Length; i++)
        {
            if (alerts[i].ResolvedAt is null && alerts[i].Kind == kind)
                return i;
        }
        return -1;
    }
}
