using MtaSts.Grains;

namespace MtaSts.Web.Alerts;

/// <summary>Alerts that are not over, the worst first, then the newest.</summary>
public static class OpenAlerts
{
    public static IReadOnlyList<AlertView> Of(IEnumerable<AlertView> alerts) =>
        [.. alerts.Where(alert => alert.ResolvedAt is null).OrderByDescending(alert => alert.Severity).ThenByDescending(alert => alert.RaisedAt)];

    /// <summary>How loud they are together; null when there are none.</summary>
    public static AlertSeverity? Worst(IEnumerable<AlertView> open) => open.Select(alert => (AlertSeverity?)alert.Severity).Max();
}
