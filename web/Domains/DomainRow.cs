using MtaSts.Application;
using MtaSts.Application.Alerts;
using MtaSts.Application.Reports;
using MtaSts.Grains;

namespace MtaSts.Web.Domains;

/// <summary>A line of the list. Data from grains other than the domain's is added later.</summary>
public sealed class DomainRow(DomainView view)
{
    public string Name => View.Name;

    public DomainView View { get; } = view;

    /// <summary>Of the last <see cref="Days"/> days; null until it is read.</summary>
    public SessionTotals? Sessions { get; private set; }

    /// <summary>Null until they are read.</summary>
    public IReadOnlyList<AlertView>? OpenAlerts { get; private set; }

    /// <summary>The colours of the line.</summary>
    public DomainHealth Health(DateTimeOffset now) => DomainHealth.Of(View, OpenAlerts, Sessions, now);

    public const int Days = 30;

    /// <summary>Numbers change once a day and cost more to read than the view.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private DateTimeOffset? numbersAt;

    /// <summary>Takes over the numbers of the previous version of the line.</summary>
    public void KeepNumbers(DomainRow before) => (Sessions, OpenAlerts, numbersAt) = (before.Sessions, before.OpenAlerts, before.numbersAt);

    public async Task ReadNumbers(ScorecardQueries scorecards, AlertQueries alerts, Actor actor, DateTimeOffset now)
    {
        if (now - numbersAt < Fresh)
            return;
        var (sessions, open) = (scorecards.Sessions(actor, Name, Days), alerts.Open(actor, Name));
        Sessions = (await sessions).Value;
        OpenAlerts = (await open).Value;
        numbersAt = now;
    }
}
