using System.Globalization;
using System.Text.Json;
using MtaSts.Application.Alerts;
using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Application.Notifications;

/// <summary>Makes notices from their facts. The texts of alerts are those of <see cref="AlertCatalog"/>.</summary>
public sealed class NoticeWriter(NoticeLinks links, RecipientLinks recipients) : INoticeWriter
{
    private const string Alerts = "/alerts";
    private const string Channels = "/notifications";

    public NoticeSeverity SeverityOf(AlertView alert) => AlertCatalog.Describe(alert).Severity switch
    {
        AlertSeverity.Critical => NoticeSeverity.Critical,
        AlertSeverity.Info => NoticeSeverity.Information,
        _ => NoticeSeverity.Warning,
    };

    public Notice Write(NoticeContent content, NoticeRecipient? recipient)
    {
        ArgumentNullException.ThrowIfNull(content);
        var text = Describe(content);
        return new Notice
        {
            Id = content.Id,
            Kind = content.Kind,
            Severity = content.Severity,
            Title = text.Title,
            Paragraphs = text.Paragraphs,
            NextStep = text.NextStep is { Length: > 0 } step ? step : null,
            Link = content.Confirmation is { } request ? recipients.ToConfirm(request) : links.To(text.Path),
            UnsubscribeLink = recipient is null ? null : recipients.ToUnsubscribe(recipient),
            Domain = content is { Total: 1, Alerts: [{ Domain: { Length: > 0 } and not AlertView.Service and var domain }] } ? domain : null,
            CauseKey = content.Cause,
            CreatedAt = content.CreatedAt,
            Since = content.Total == 1 ? content.Alerts[0].RaisedAt : null,
            Until = content.Total == 1 ? content.Alerts[0].ResolvedAt : null,
            Facts = Facts(content),
        };
    }

    /// <summary>The title, for the log. Does not throw for a notice that cannot be written.</summary>
    public static string Title(NoticeContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            return Describe(content).Title;
        }
        catch (Exception)
        {
            return "Notice that cannot be shown";
        }
    }

    private static Words Describe(NoticeContent content) => content switch
    {
        { Kind: NoticeKind.Digest, Digest: { } digest } => DigestText.Write(digest),
        { Confirmation: { } request } => Asked(request),
        { Kind: NoticeKind.Test } => new("Test notice", ["This channel of your workspace works: alerts will arrive here."], "", Channels),
        { Alerts: [{ Kind: NoticeAlert.ChannelPaused } paused, ..] } => Paused(paused, content),
        { Total: 1 } => One(content.Alerts[0], content.Kind),
        _ => Many(content),
    };

    private static Words Asked(ConfirmationFacts request) => new(
        $"Confirm notices of {request.Workspace}",
        [
            $"{request.By} wants this service to send notices about the mail domains of the workspace {request.Workspace} to {request.Address}.",
            $"If you want them, open the link and confirm before {request.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC. If you cannot open it, give this code to {request.By}: {request.Code}",
            "If you do not want them, do nothing: no notices are sent. This request may be repeated, at most once a day.",
        ],
        "",
        Channels);

    private static Words One(NoticeAlert alert, NoticeKind kind)
    {
        var text = AlertCatalog.Describe(View(alert));
        return kind == NoticeKind.AlertResolved
            ? new($"Resolved: {text.Title} ({AlertCatalog.Subject(alert.Domain)})", [$"This alert is over. It was open for {Duration(alert.ResolvedAt - alert.RaisedAt)}."], "", text.Link)
            : new($"{(alert.IsWorse ? "Now critical: " : alert.IsStillOpen ? "Still open: " : "")}{text.Title} ({AlertCatalog.Subject(alert.Domain)})", [text.Explanation], text.NextStep, text.Link);
    }

    /// <summary>Alerts of one kind: each listed one has a paragraph, and the others are counted.</summary>
    private static Words Many(NoticeContent content)
    {
        var texts = content.Alerts.Select(alert => (alert.Domain, Text: AlertCatalog.Describe(View(alert)))).ToArray();
        var isOver = content.Kind == NoticeKind.AlertResolved;
        var lines = texts.Select(line => isOver ? line.Domain : $"{line.Domain}: {line.Text.Explanation}");
        var more = content.Total - texts.Length;
        var steps = texts.Select(line => line.Text.NextStep).Distinct(StringComparer.Ordinal).Take(2).ToArray();
        return new(
            $"{(isOver ? "Resolved: " : content.Alerts.All(static alert => alert.IsStillOpen) ? "Still open: " : "")}{texts[0].Text.Title} ({Count(content.Total, "domain")})",
            [.. isOver ? ["These alerts are over:"] : Array.Empty<string>(), .. lines, .. more > 0 ? [$"And {Count(more, "other domain")}."] : Array.Empty<string>()],
            isOver ? "" : steps is [var same] ? same : "The page shows what to do for each domain.",
            Alerts);
    }

    private static Words Paused(NoticeAlert alert, NoticeContent content)
    {
        var name = Value(alert, NoticeAlert.Channel);
        if (content.Total > 1)
            return new(content.Kind == NoticeKind.AlertResolved ? $"{Count(content.Total, "channel")} in use again" : $"{Count(content.Total, "channel")} paused", [], "", Channels);
        return content.Kind == NoticeKind.AlertResolved
            ? new($"Channel in use again: {name}", [$"The channel {name} is no longer paused."], "", Channels)
            : new($"Channel paused: {name}", [$"The channel {name} is paused and gets no notices. {Value(alert, AlertParameters.Reported)}"], "The page shows how to resume the channel.", Channels);
    }

    private static AlertView View(NoticeAlert alert) => new()
    {
        Id = "",
        Domain = alert.Domain,
        Kind = alert.Kind,
        Parameters = alert.Parameters,
        RaisedAt = alert.RaisedAt,
        UpdatedAt = alert.RaisedAt,
        ResolvedAt = alert.ResolvedAt,
    };

    private static JsonElement? Facts(NoticeContent content) => content switch
    {
        { Kind: NoticeKind.Test or NoticeKind.Confirmation } => null,
        { Digest: { } digest } => JsonSerializer.SerializeToElement(DigestText.Facts(digest)),
        { Total: 1, Alerts: [var alert] } => JsonSerializer.SerializeToElement(new { alert = alert.Kind, parameters = alert.Parameters }),
        _ => JsonSerializer.SerializeToElement(new
        {
            alert = content.Alerts[0].Kind,
            total = content.Total,
            alerts = content.Alerts.Select(alert => new { domain = alert.Domain, since = alert.RaisedAt, until = alert.ResolvedAt, parameters = alert.Parameters }),
        }),
    };

    private static string Value(NoticeAlert alert, string parameter) => alert.Parameters.TryGetValue(parameter, out var values) && values.Length > 0 ? values[0] : "";

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static string Duration(TimeSpan? time) => time switch
    {
        { TotalDays: >= 2 } => Count((int)time.Value.TotalDays, "day"),
        { TotalHours: >= 2 } => Count((int)time.Value.TotalHours, "hour"),
        { TotalMinutes: >= 2 } => Count((int)time.Value.TotalMinutes, "minute"),
        _ => "less than two minutes",
    };

    internal sealed record Words(string Title, IReadOnlyList<string> Paragraphs, string NextStep, string Path);
}

/// <summary>Links from notices to the dashboard.</summary>
/// <param name="Dashboard">The URL at which owners reach it; null: notices have no links.</param>
/// <param name="IsPublic">Whether everybody can reach it.</param>
public sealed record NoticeLinks(Uri? Dashboard, bool IsPublic = false)
{
    /// <summary>The URL of a page.</summary>
    public Uri? To(string path) => Dashboard is null ? null : new Uri(Dashboard, path);
}
