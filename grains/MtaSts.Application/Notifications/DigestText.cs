using System.Globalization;
using MtaSts.Application.Alerts;
using MtaSts.Grains;

namespace MtaSts.Application.Notifications;

/// <summary>The text of a digest.</summary>
internal static class DigestText
{
    public static NoticeWriter.Words Write(DigestFacts facts)
    {
        var isQuiet = facts is { Raised: 0, Resolved: 0, Open: 0, Muted: 0 };
        return new(
            isQuiet ? $"All quiet: {Period(facts)}" : $"Summary: {Period(facts)}",
            [.. Alerts(facts), .. Domains(facts), .. Sessions(facts)],
            facts.Open > 0 ? "Look at the open alerts." : "",
            facts.Open > 0 ? "/alerts" : "/");
    }

    /// <summary>The same for programs.</summary>
    public static object Facts(DigestFacts facts) => new
    {
        from = facts.From,
        until = facts.Until,
        raised = facts.Raised,
        resolved = facts.Resolved,
        open = facts.Open,
        muted = facts.Muted,
        openAlerts = facts.OpenAlerts.Select(alert => new { domain = alert.Domain, alert = alert.Kind, since = alert.RaisedAt }),
        domains = facts.Domains,
        modes = facts.Modes,
        unread = facts.Unread,
        sessions = new { successful = facts.Successful, failed = facts.Failed },
    };

    private static IEnumerable<string> Alerts(DigestFacts facts)
    {
        yield return (facts is { Raised: 0, Resolved: 0, Open: 0 } ? $"No {(facts.Muted > 0 ? "other " : "")}alert was raised, and none is open."
            : $"Alerts: {Count(facts.Raised)} raised, {Count(facts.Resolved)} resolved, {Count(facts.Open)} open.")
            + (facts.Muted > 0 ? $" Muted: {Count(facts.Muted)}." : "");
        if (facts.OpenAlerts.Length > 0)
            yield return string.Join("\n", facts.OpenAlerts.Select(Line).Concat(facts.Open > facts.OpenAlerts.Length ? [$"And {Count(facts.Open - facts.OpenAlerts.Length)} more."] : []));
    }

    private static IEnumerable<string> Domains(DigestFacts facts)
    {
        if (facts.Domains == 0)
        {
            yield return "The workspace has no domain.";
            yield break;
        }
        yield return $"Domains: {Count(facts.Domains)}{(facts.Modes.Count > 0 ? $" ({string.Join(", ", facts.Modes.Select(mode => $"{mode.Key}: {Count(mode.Value)}"))})" : "")}.";
        if (facts.Unread > 0)
            yield return $"{Count(facts.Unread)} of them are not in these numbers.";
    }

    private static IEnumerable<string> Sessions(DigestFacts facts) =>
        [facts.Successful + facts.Failed == 0 ? "Senders reported no sessions." : $"Sessions that senders reported: {Count(facts.Successful + facts.Failed)}, of which {Count(facts.Failed)} failed."];

    private static string Line(NoticeAlert alert) =>
        $"{AlertCatalog.Subject(alert.Domain)}: {AlertCatalog.Describe(new AlertView { Id = "", Domain = alert.Domain, Kind = alert.Kind, Parameters = alert.Parameters, RaisedAt = alert.RaisedAt, UpdatedAt = alert.RaisedAt }).Title}, since {Day(alert.RaisedAt)}";

    private static string Period(DigestFacts facts) => $"{Day(facts.From)} to {Day(facts.Until)}";

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
