using MtaSts.Grains;

namespace MtaSts.Web.Domains;

/// <summary>A line of the list. What comes from other grains than the domain's own fills in afterwards.</summary>
public sealed class DomainRow(string name)
{
    public string Name { get; } = name;

    /// <summary>Null until it is read, and when the claim went meanwhile.</summary>
    public DomainView? View { get; set; }

    /// <summary>Of the last <see cref="Days"/> days; null until it is read.</summary>
    public SessionTotals? Sessions { get; private set; }

    /// <summary>Null until they are read.</summary>
    public IReadOnlyList<AlertView>? OpenAlerts { get; private set; }

    /// <summary>The colours of the line, once <see cref="View"/> is read.</summary>
    public DomainHealth Health(DateTimeOffset now) => DomainHealth.Of(View!, OpenAlerts, Sessions, now);

    public const int Days = 30;

    /// <summary>Numbers change once a day and cost more to read than the view.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private DateTimeOffset? numbersAt;

    public static async Task<DomainRow> Read(IGrainFactory grains, string workspace, string name) =>
        new(name) { View = await grains.Domain(name).GetView(workspace) };

    /// <summary>Takes over the numbers of the same line as it was read before.</summary>
    public void KeepNumbers(DomainRow before) => (Sessions, OpenAlerts, numbersAt) = (before.Sessions, before.OpenAlerts, before.numbersAt);

    public async Task ReadNumbers(IGrainFactory grains, string workspace, DateTimeOffset now)
    {
        if (now - numbersAt < Fresh)
            return;
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var sessions = ScorecardQuery.LoadSessions(grains, workspace, Name, today.AddDays(1 - Days), today);
        var alerts = grains.Alerts(workspace, Name).List();
        Sessions = await sessions;
        OpenAlerts = [.. (await alerts).Where(alert => alert.ResolvedAt is null)];
        numbersAt = now;
    }
}
