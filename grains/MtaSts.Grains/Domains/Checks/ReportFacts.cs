using MtaSts.Grains.Reports;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Domains;

/// <summary>What the watch of reports has to know of a domain.</summary>
internal static class ReportFacts
{
    /// <param name="toCalendar">Converts service time: the facts are compared with the days of reports.</param>
    public static ReportWatchFacts Of(DomainState state, Claim claim, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        var current = PolicyVersions.Current(state);
        var isStale = claim.Alerts.Any(alert => alert.Kind is AlertKinds.PolicyRecordMismatch or AlertKinds.PolicyRecordMissing or AlertKinds.PolicyRecordInvalid);
        return new ReportWatchFacts(claim.ReportsSince is { } since ? toCalendar(since) : null, (current?.Content ?? state.Elsewhere?.Content)?.Mode.ToText())
        {
            Replaced = !isStale || current is null ? [] :
            [
                .. state.Versions.Where(version => version.Number != current.Number)
                    .Select(version => new ReplacedVersion(version.Number, PolicyLines.Of(version.Content.ToPolicy()), version.Content.MaxAge, version.Content.Mode.ToText()))
                    .Where(version => version.Lines != PolicyLines.Of(current.Content.ToPolicy())).TakeLast(ReportWatchFacts.MaxReplaced),
            ],
            Causes = [.. claim.Alerts.Where(alert => MxCauses.IsOne(alert.Kind)).SelectMany(alert => alert.Parameters.GetValueOrDefault(AlertParameters.Mx, []).Select(mx => new MxCause(alert.Kind, mx)))],
        };
    }
}
