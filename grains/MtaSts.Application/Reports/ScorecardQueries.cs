using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Days of a scorecard, oldest first, read while they are enumerated.</summary>
/// <param name="Days">Including the day before <paramref name="From"/>, needed to find report mail of the first day.</param>
/// <param name="Receives">The report mail that the domain receives.</param>
public sealed record ScorecardExport(string Domain, DateOnly From, DateOnly To, IAsyncEnumerable<ScorecardDay> Days, ReportMailReceived Receives);

/// <summary>Statistics from senders' reports.</summary>
public sealed class ScorecardQueries(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Longest range of one scorecard: a leap year and a month.</summary>
    public const int MaxDays = 400;

    /// <summary>Longest range of an export: longer than the retention of any plan.</summary>
    public const int MaxExportDays = 4_000;

    /// <summary>The scorecard of the days, both included; the last 30 by default.</summary>
    public async Task<CommandResult<ScorecardView>> Load(Actor actor, string name, DateOnly? from, DateOnly? to)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.ReportsRead, name);
        var now = clock.GetUtcNow();
        return !view.IsDone ? view.Refusal!
            : DayRange.Of(from, to, MaxDays, now) is var days && days.IsDone ? (await ScorecardReader.LoadScorecard(grains, actor.WorkspaceId, view.Value.Name, days.Value.From, days.Value.To, now)).For(view.Value)
            : days.Refusal!;
    }

    /// <summary>The days one by one, for ranges up to <see cref="MaxExportDays"/>.</summary>
    public async Task<CommandResult<ScorecardExport>> Export(Actor actor, string name, DateOnly? from, DateOnly? to)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.ReportsRead, name);
        if (!view.IsDone)
            return view.Refusal!;
        var range = DayRange.Of(from, to, MaxExportDays, clock.GetUtcNow());
        if (range is not { Value: { } days })
            return range.Refusal!;
        var before = days.From == DateOnly.MinValue ? days.From : days.From.AddDays(-1);
        return new ScorecardExport(view.Value.Name, days.From, days.To, ScorecardReader.Days(grains, actor.WorkspaceId, view.Value.Name, before, days.To), ReportMailHints.Received(view.Value));
    }

    /// <summary>The sessions of the last days, today included.</summary>
    public async Task<CommandResult<SessionTotals>> Sessions(Actor actor, string name, int days)
    {
        var known = await grains.ClaimedName(actor, Permissions.ReportsRead, name);
        return known.IsDone ? await ScorecardReader.LoadSessions(grains, actor.WorkspaceId, known.Value, Today.AddDays(1 - days), Today) : known.Refusal!;
    }

    /// <summary>The sessions of recent days that were checked against one policy type, split by whether their reports are verified.</summary>
    /// <param name="policyType">See <see cref="PolicyTypes"/>.</param>
    public async Task<CommandResult<TrustedSessions>> Trusted(Actor actor, string name, int days, string policyType)
    {
        var known = await grains.ClaimedName(actor, Permissions.ReportsRead, name);
        return known.IsDone ? await ScorecardReader.LoadTrusted(grains, actor.WorkspaceId, known.Value, Today.AddDays(1 - days), Today, policyType) : known.Refusal!;
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
