using MtaSts.Application.Alerts;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>An alert, open or resolved.</summary>
internal sealed record AlertResource
{
    /// <summary>Unique within the workspace: <c>12@example.com</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Empty: it concerns the service itself. Only its operator gets such alerts.</summary>
    public required string Domain { get; init; }

    /// <summary>Permanent, for programs: <c>cname-lost</c>, <c>policy-record-mismatch</c>, <c>mx-not-covered</c>, …</summary>
    public required string Kind { get; init; }
    public required AlertSeverity Severity { get; init; }

    /// <summary>Short text; may change between versions.</summary>
    public required string Title { get; init; }

    /// <summary>Human-readable text: what is wrong and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>What to do; empty when no action is needed.</summary>
    public required string NextStep { get; init; }

    /// <summary>Path of the dashboard page where the owner can fix it.</summary>
    public required string Link { get; init; }

    /// <summary>Machine-readable parameters by name, each with one or more values. The kind determines the names.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null while the alert is open.</summary>
    public required DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Somebody handles it: no notices until its severity rises. Null when nobody does, and when it is resolved.</summary>
    public required AlertHandlingResource? Acknowledged { get; init; }

    /// <summary>No notices until a date. Null when it is not snoozed, and when it is resolved.</summary>
    public required AlertHandlingResource? Snoozed { get; init; }

    /// <summary>Its kind is muted for the domain: no notices. Null when it is not.</summary>
    public required AlertHandlingResource? Muted { get; init; }

    /// <summary>Its history, oldest first, at most 40 events. Null in lists.</summary>
    public IReadOnlyList<AlertEventResource>? Events { get; init; }

    public static AlertResource Of(AlertDetail detail) => Of(detail.Alert) with { Events = [.. detail.Events.Select(AlertEventResource.Of)] };

    public static AlertResource Of(AlertView alert)
    {
        var text = AlertCatalog.Describe(alert);
        return new()
        {
            Id = AlertIds.Of(alert),
            Domain = alert.Domain == AlertView.Service ? "" : alert.Domain,
            Kind = alert.Kind,
            Severity = text.Severity,
            Title = text.Title,
            Message = text.Message,
            NextStep = text.NextStep,
            Link = text.Link,
            Parameters = alert.Parameters.ToDictionary(static pair => pair.Key, static pair => (IReadOnlyList<string>)pair.Value),
            RaisedAt = alert.RaisedAt,
            UpdatedAt = alert.UpdatedAt,
            ResolvedAt = alert.ResolvedAt,
            Acknowledged = AlertHandlingResource.Of(alert.Acknowledged),
            Snoozed = AlertHandlingResource.Of(alert.Snoozed),
            Muted = AlertHandlingResource.Of(alert.Muted),
        };
    }
}
