using System.Collections.Immutable;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Alerts.Service;

/// <summary>Which conditions of silos are alerts: those that two reports of a silo in succession contain, and at once those that are critical or cannot pass by themselves.</summary>
internal static class ServiceAlertRules
{
    /// <summary>Found once at the start, or remembered: a second report would say the same.</summary>
    private static readonly HashSet<string> AtOnce = new(StringComparer.Ordinal) { AlertKinds.ServiceModuleUnusable, AlertKinds.ServiceStorageFailed, AlertKinds.ServiceCertificateUnusable };

    /// <summary>Takes over the report of a silo. The same state when nothing changes.</summary>
    public static ServiceAlertsState Report(ServiceAlertsState state, string silo, long revision, IReadOnlyList<AlertCondition> conditions, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        var known = state.Silos.GetValueOrDefault(silo) ?? new SiloConditions(0, []);
        if (revision <= known.Revision)
            return state;
        var reported = conditions.Select(condition =>
        {
            var isConfirmed = known.Conditions.Any(before => before.Condition.Kind == condition.Kind) || AtOnce.Contains(condition.Kind) || severityOf(View(condition)) == NoticeSeverity.Critical;
            return new SiloCondition(StoredCondition.Of(condition), isConfirmed, false);
        });
        var missed = known.Conditions.Where(before => before is { IsConfirmed: true, IsMissed: false } && conditions.All(condition => condition.Kind != before.Condition.Kind)).Select(before => before with { IsMissed = true });
        ImmutableArray<SiloCondition> after = [.. reported.Concat(missed).OrderBy(condition => condition.Condition.Kind, StringComparer.Ordinal)];
        return after.SequenceEqual(known.Conditions) && state.Silos.ContainsKey(silo) ? state : Changed(state with { Silos = state.Silos.SetItem(silo, new SiloConditions(revision, after)) }, now);
    }

    /// <summary>Forgets the silos that are gone. The same state when there are none.</summary>
    public static ServiceAlertsState Forget(ServiceAlertsState state, Func<string, bool> isGone, DateTimeOffset now)
    {
        var gone = state.Silos.Keys.Where(isGone).ToArray();
        return gone.Length == 0 ? state : Changed(state with { Silos = state.Silos.RemoveRange(gone) }, now);
    }

    /// <summary>The alerts' conditions: one for each kind, with the facts of all silos that see it.</summary>
    public static IReadOnlyList<AlertCondition> Merge(ServiceAlertsState state) =>
    [
        .. state.Silos.SelectMany(silo => silo.Value.Conditions.Where(condition => condition.IsConfirmed).Select(condition => (Silo: silo.Key, condition.Condition)))
            .GroupBy(seen => seen.Condition.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => Joined(kind.Key, [.. kind.Select(seen => seen.Condition)]).With(AlertParameters.Silos, [.. kind.Select(seen => seen.Silo)])),
    ];

    /// <summary>The facts of the first silo, completed by those of the others. Rows of a list stay together.</summary>
    private static AlertCondition Joined(string kind, StoredCondition[] conditions)
    {
        var joined = AlertCondition.Of(kind);
        foreach (var (name, values) in conditions.SelectMany(condition => condition.Parameters))
            joined = joined.Parameters.ContainsKey(name) ? joined : joined.With(name, values);
        var modules = conditions.SelectMany(condition => condition.Parameters.GetValueOrDefault(AlertParameters.Modules, []).Zip(condition.Parameters.GetValueOrDefault(AlertParameters.Reported, []))).DistinctBy(row => row.First).ToArray();
        if (modules.Length > 0)
            joined = joined.With(AlertParameters.Modules, [.. modules.Select(row => row.First)]).With(AlertParameters.Reported, [.. modules.Select(row => row.Second)]);
        string[] shares = [.. conditions.SelectMany(condition => condition.Parameters.GetValueOrDefault(AlertParameters.Share, [])).Distinct(StringComparer.Ordinal)];
        return shares.Length > 0 ? joined.With(AlertParameters.Share, shares) : joined;
    }

    private static ServiceAlertsState Changed(ServiceAlertsState state, DateTimeOffset now) => state with { Revision = Math.Max(state.Revision + 1, now.UtcTicks) };

    private static AlertView View(AlertCondition condition) => new() { Id = "", Domain = AlertView.Service, Kind = condition.Kind, Parameters = condition.Parameters, RaisedAt = default, UpdatedAt = default };
}
