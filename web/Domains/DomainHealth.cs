using MtaSts.Application.Alerts;
using MtaSts.Grains;

namespace MtaSts.Web.Domains;

/// <summary>Severity of a display element. Pages use only these colours.</summary>
public enum Tone
{
    /// <summary>Green: checked and correct.</summary>
    Ok,

    /// <summary>Grey: nothing to check, or unknown.</summary>
    Plain,

    /// <summary>Blue: in progress.</summary>
    Info,

    /// <summary>Yellow.</summary>
    Warn,

    /// <summary>Red.</summary>
    Bad,
}

/// <summary>One mark of a domain's row.</summary>
/// <param name="IsKnown">The state is known. False: nothing was checked, the check failed, or it is still running.</param>
public readonly record struct Mark(Tone Tone, bool IsKnown);

/// <summary>
/// State of a domain: the only rule for the colours of its row and for every text that says that nothing is wrong.
/// </summary>
public sealed record DomainHealth(Mark Hosting, Mark Cname, Mark PolicyRecord, Mark ReportingRecord, Mark Failures, Mark Alerts)
{
    /// <summary>Older observations of the DNS count as unknown. Four times the longest time between two checks.</summary>
    public static readonly TimeSpan ObservationFor = TimeSpan.FromDays(1);

    /// <summary>A larger share of failed sessions is shown in red.</summary>
    private const double FailedShare = 0.01;

    private static readonly Mark Unknown = new(Tone.Plain, false);

    public IReadOnlyList<Mark> Marks => [Hosting, Cname, PolicyRecord, ReportingRecord, Failures, Alerts];

    /// <summary>The row's most severe colour.</summary>
    public Tone Worst => Marks.Max(mark => mark.Tone);

    /// <summary>All marks are known, and none is wrong or in progress.</summary>
    public bool IsQuiet => Marks.All(mark => mark is { IsKnown: true, Tone: Tone.Ok or Tone.Plain });

    /// <param name="openAlerts">Null: not read.</param>
    /// <param name="sessions">Of the last days; null: not read.</param>
    public static DomainHealth Of(DomainView view, IReadOnlyList<AlertView>? openAlerts, SessionTotals? sessions, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        var isSeen = view.LastObservation is { } seen && now - seen.At < ObservationFor;
        var alerts = OfAlerts(openAlerts);
        return new(
            OfHosting(view, Alert(openAlerts)),
            OfRecord(view.CnameState, isSeen, IsCnameOptional(view.Hosting)),
            OfRecord(view.PolicyRecordState, isSeen, false),
            OfRecord(view.ReportingRecordState, isSeen, false),
            OfSessions(sessions),
            alerts);
    }

    /// <summary>Nothing is hosted: the CNAME is optional.</summary>
    public static bool IsCnameOptional(HostingView hosting)
    {
        ArgumentNullException.ThrowIfNull(hosting);
        return hosting.State is HostingState.Off or HostingState.Removing;
    }

    /// <summary>Whether senders get the policy: green only when it was fetched from outside.</summary>
    public static Mark OfHosting(DomainView view, AlertSeverity? alert)
    {
        ArgumentNullException.ThrowIfNull(view);
        var hosting = view.Hosting;
        var own = hosting switch
        {
            { State: HostingState.Off } => new Mark(Tone.Plain, true),
            { State: HostingState.Live, Problem: not null } or { State: HostingState.Live, Outside: OutsideFetch.Failing } => new Mark(Tone.Warn, true),
            { State: HostingState.Live, Outside: OutsideFetch.Returned } => new Mark(Tone.Ok, view.Policy is { Announced: true }),
            { State: HostingState.Live } => Unknown,
            { State: HostingState.Retiring } => new Mark(Tone.Warn, true),
            _ => new Mark(Tone.Info, true),
        };
        return alert switch
        {
            AlertSeverity.Critical => own with { Tone = Tone.Bad },
            AlertSeverity.Warning => own with { Tone = (Tone)Math.Max((int)own.Tone, (int)Tone.Warn) },
            _ => own,
        };
    }

    /// <param name="isOptional">The record is not required: one that is missing or points elsewhere is no fault.</param>
    public static Mark OfRecord(RecordState state, bool isSeen, bool isOptional) => state switch
    {
        RecordState.Ok => new(Tone.Ok, isSeen),
        RecordState.Unchecked => new(Tone.Plain, isSeen), // Present, and nothing to compare it with.
        RecordState.Missing or RecordState.Mismatch when isOptional => new(Tone.Plain, isSeen),
        RecordState.Missing => new(Tone.Warn, isSeen),
        RecordState.Error => new(Tone.Warn, false),
        _ => new(Tone.Bad, isSeen),
    };

    public static Mark OfSessions(SessionTotals? sessions) =>
        sessions is null ? Unknown : new(sessions.Failed > FailedShare * sessions.Successful ? Tone.Bad : Tone.Plain, true);

    /// <summary>The highest severity of the alerts; null when there is none, or they were not read.</summary>
    public static AlertSeverity? Alert(IReadOnlyList<AlertView>? openAlerts) => openAlerts is null ? null : AlertCatalog.Worst(openAlerts);

    private static Mark OfAlerts(IReadOnlyList<AlertView>? openAlerts) => Alert(openAlerts) switch
    {
        null => new(Tone.Plain, openAlerts is not null),
        AlertSeverity.Critical => new(Tone.Bad, true),
        AlertSeverity.Info => new(Tone.Info, true),
        _ => new(Tone.Warn, true),
    };
}

/// <summary>The CSS class of a tone.</summary>
public static class Tones
{
    public static string Css(this Tone tone) => tone switch
    {
        Tone.Ok => "ok",
        Tone.Info => "info",
        Tone.Warn => "warn",
        Tone.Bad => "bad",
        _ => "plain",
    };
}
