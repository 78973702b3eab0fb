using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

/// <summary>Grain for <see cref="FailureRules"/> and <see cref="ReporterRules"/>: keeps a short history of a claim's days, and sets the conditions of its reports.</summary>
[GrainType("report-watch")]
internal sealed partial class ReportWatchGrain(
    [PersistentState(StateNames.ReportWatch, StateNames.Storage)] IPersistentState<ReportWatchState> stored,
    ServiceClock clock,
    IntakePulse intake,
    ILogger<ReportWatchGrain> logger) : Grain, IReportWatchGrain
{
    /// <summary>Reports for these last days may still arrive: they are read at each look.</summary>
    private const int OpenDays = 4;

    /// <summary>Days read at the same time.</summary>
    private const int DaysAtOnce = 8;

    /// <summary>Reports that arrive together cause one look.</summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(20);

    private readonly HashSet<DateOnly> changed = [];
    private ReportWatchFacts? facts;
    private IGrainTimer? timer;
    private DateTimeOffset? lookedAt;

    /// <summary>The revision that was last set in the claim's alerts; zero after an activation, so that a lost call is repeated.</summary>
    private long told;

    private (string WorkspaceId, string Domain) Claim
    {
        get
        {
            var parts = this.GetPrimaryKeyString()["rw-".Length..].Split('/');
            return (parts[0], parts[1]);
        }
    }

    public Task Look(ReportWatchFacts facts)
    {
        this.facts = facts;
        return TryLook();
    }

    public Task Changed(DateOnly day)
    {
        changed.Add(day);
        timer ??= this.RegisterGrainTimer(LookLater, new GrainTimerCreationOptions(LookAfter, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task Erase()
    {
        timer?.Dispose();
        timer = null;
        if (stored.RecordExists)
        {
            var (workspaceId, name) = Claim;
            if (stored.State.Revision > 0)
                await GrainFactory.Alerts(workspaceId, name).Erase(stored.State.Revision); // Its revisions may be above those that the domain knows.
            await stored.ClearStateAsync();
        }
        DeactivateOnIdle();
    }

    private Task LookLater(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        timer = null;
        return TryLook();
    }

    /// <summary>Nobody waits for the result: a failure is logged.</summary>
    private async Task TryLook()
    {
        try
        {
            await Look();
        }
        catch (Exception exception)
        {
            LogNotLooked(exception, this.GetPrimaryKeyString()); // The domain's next check looks again.
        }
    }

    private async Task Look()
    {
        var (workspaceId, name) = Claim;
        if (await GrainFactory.Domain(name).GetClaim(workspaceId) is null)
        {
            DeactivateOnIdle();
            return;
        }
        var (now, before) = (clock.Calendar, stored.State);
        var days = await Days(workspaceId, name, before, DateOnly.FromDateTime(now.UtcDateTime));
        var next = After(isHeldBack: false);
        if (ReportLook.IsMissingMore(before, next) && await intake.IsSilent(workspaceId, name))
            next = After(isHeldBack: true);
        lookedAt = now;
        if (now - before.LookedAt < ReportLook.WrittenAfter)
            next = next with { LookedAt = before.LookedAt };
        if (!next.Equals(before))
            await stored.Replace(next, DeactivateOnIdle);
        if (next.Revision == told)
            return;
        await GrainFactory.Alerts(workspaceId, name).Set(AlertSource.Reports, next.Revision, [.. next.Conditions.Select(condition => condition.ToCondition())]);
        told = next.Revision;

        ReportWatchState After(bool isHeldBack) => ReportLook.After(before with { LookedAt = lookedAt ?? before.LookedAt }, days, facts, now, clock.GetUtcNow().UtcTicks, isHeldBack);
    }

    private async Task<ImmutableSortedDictionary<DateOnly, WatchedDay>> Days(string workspaceId, string name, ReportWatchState before, DateOnly today)
    {
        var first = today.AddDays(-ReporterRules.History);
        var listed = (await GrainFactory.ScorecardDays(workspaceId, name).ListDays()).Where(day => day >= first).ToHashSet();
        var days = before.Days.RemoveRange(before.Days.Keys.Where(day => !listed.Contains(day)));
        DateOnly[] stale = [.. listed.Order().Where(day => changed.Contains(day) || day >= today.AddDays(-OpenDays) || !days.ContainsKey(day))];
        foreach (var chunk in stale.Chunk(DaysAtOnce))
        {
            foreach (var (day, card) in await Task.WhenAll(chunk.Select(async day => (day, await GrainFactory.Scorecard(workspaceId, name, day).Get()))))
                days = card is null ? days.Remove(day) : days.SetItem(day, WatchedDay.Of(card, organization => ReporterHistory.DaysKnown(days, before.FirstSeen, organization, day, today)));
        }
        changed.ExceptWith(stale);
        changed.RemoveWhere(day => !listed.Contains(day));
        return days;
    }

    [LoggerMessage(1525, LogLevel.Warning, "{Claim}: the reports were not compared with earlier ones; the next check of the domain does it")]
    private partial void LogNotLooked(Exception exception, string claim);
}
