using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

internal sealed record ScorecardMonthsState
{
    /// <summary>First days of months that earlier builds counted.</summary>
    [JsonPropertyName("months")] public ImmutableSortedSet<DateOnly> Months { get; init; } = [];

    /// <summary>Days counted each by itself.</summary>
    [JsonPropertyName("days")] public ImmutableSortedSet<DateOnly> Days { get; init; } = [];

    /// <summary>Days before this have let their bytes go; one that is added to again draws it back.</summary>
    [JsonPropertyName("rawLetGoTo")] public DateOnly RawLetGoTo { get; init; }

    /// <summary>Days before this have let their details go.</summary>
    [JsonPropertyName("decodedLetGoTo")] public DateOnly DecodedLetGoTo { get; init; }
}

internal sealed partial class ScorecardMonthsGrain(
    [PersistentState(StateNames.ScorecardMonths, StateNames.Storage)] IPersistentState<ScorecardMonthsState> stored,
    RetentionOptions retention,
    ServiceClock clock,
    ILogger<ScorecardMonthsGrain> logger) : Grain, IScorecardMonthsGrain, IRemindable
{
    private const string RetainReminder = "retain";

    /// <summary>Slices one call carries out; a day's page is one.</summary>
    private const int SlicesAtOnce = 20;

    /// <summary>A reminder that is due while the service is down is skipped, so there are several a day.</summary>
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(6);

    /// <summary>Between two calls while there is more: other work comes in between.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    /// <summary>After it was activated, until it looks by itself.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private GroupCommit<ScorecardMonthsState> commit = null!;
    private IReadOnlyList<DateOnly>? monthDays;
    private IGrainTimer? timer;

    private (string WorkspaceId, string Domain) Claim
    {
        get
        {
            var parts = this.GetPrimaryKeyString()["sm-".Length..].Split('/');
            return (parts[0], parts[1]);
        }
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<ScorecardMonthsState>(stored);
        if (!stored.RecordExists)
            return;
        await Remind();
        timer = this.RegisterGrainTimer(CarryOn, new GrainTimerCreationOptions(Settled, Timeout.InfiniteTimeSpan));
    }

    public async Task AddDay(DateOnly day)
    {
        if (!stored.RecordExists)
            await Remind();
        var state = commit.Pending;
        if (state.Days.Contains(day) && state.RawLetGoTo <= day && state.DecodedLetGoTo <= day)
        {
            await commit.Settle();
            return;
        }
        await commit.Apply(state with
        {
            Days = state.Days.Add(day),
            RawLetGoTo = state.RawLetGoTo < day ? state.RawLetGoTo : day,
            DecodedLetGoTo = state.DecodedLetGoTo < day ? state.DecodedLetGoTo : day,
        });
    }

    public async Task TakeBack(DateOnly day)
    {
        var days = commit.Pending.Days.Remove(day);
        if (!days.IsEmpty || !commit.Pending.Months.IsEmpty)
            await commit.Apply(commit.Pending with { Days = days });
        else
            await Erase();
    }

    public async Task<IReadOnlyList<DateOnly>> ListDays()
    {
        var days = commit.Committed.Days;
        return [.. days.Union(await MonthDays()).Reverse()];
    }

    public async Task<bool> Retain()
    {
        var (workspaceId, domain) = Claim;
        var plan = retention.Of((await GrainFactory.Workspace(workspaceId).Get())?.Plan ?? Plan.Free);
        for (var slice = 0; slice < SlicesAtOnce; slice++)
        {
            if (!await RetainSlice(workspaceId, domain, plan, DateOnly.FromDateTime(clock.EarliestCalendar.UtcDateTime)))
                return true;
        }
        return false;
    }

    public async Task<bool> Erase()
    {
        var (workspaceId, domain) = Claim;
        for (var slice = 0; slice < SlicesAtOnce; slice++)
        {
            await commit.Settle();
            var state = commit.Committed;
            if (!state.Days.IsEmpty)
            {
                if (await GrainFactory.Scorecard(workspaceId, domain, state.Days[0]).Erase())
                    await commit.Apply(commit.Pending with { Days = commit.Pending.Days.Remove(state.Days[0]) });
            }
            else if (!state.Months.IsEmpty)
            {
                if (await GrainFactory.ScorecardMonth(workspaceId, domain, state.Months[0]).Erase())
                    await commit.Apply(commit.Pending with { Months = commit.Pending.Months.Remove(state.Months[0]) });
            }
            else
            {
                await GrainFactory.ReportShare(workspaceId, domain).Erase();
                if (await this.GetReminder(RetainReminder) is { } reminder)
                    await this.UnregisterReminder(reminder);
                if (stored.RecordExists)
                    await stored.ClearStateAsync();
                DeactivateOnIdle();
                return true;
            }
        }
        return false;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => CarryOn(CancellationToken.None);

    private async Task CarryOn(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        timer = null;
        try
        {
            if (!await Retain())
                timer = this.RegisterGrainTimer(CarryOn, new GrainTimerCreationOptions(Breath, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        catch (Exception exception)
        {
            LogNotRetained(exception, this.GetPrimaryKeyString()); // The next reminder tries again.
        }
    }

    /// <returns>False: there is nothing to do.</returns>
    private async Task<bool> RetainSlice(string workspaceId, string domain, PlanRetention plan, DateOnly today)
    {
        var state = commit.Committed;
        if (state.Months.Where(month => plan.Of(month.AddMonths(1).AddDays(-1), today) != Kept.Everything).Cast<DateOnly?>().FirstOrDefault() is { } month
            && await RetainMonth(workspaceId, domain, month, plan.Of(month.AddMonths(1).AddDays(-1), today)))
        {
            return true;
        }
        if (!state.Days.IsEmpty && plan.Of(state.Days[0], today) is null)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, state.Days[0]).Erase())
                await commit.Apply(commit.Pending with { Days = commit.Pending.Days.Remove(state.Days[0]) });
            return true;
        }
        if (Next(state.DecodedLetGoTo, Kept.Aggregates) is { } decoded)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, decoded).Retain(Kept.Aggregates))
                await commit.Apply(commit.Pending with { DecodedLetGoTo = decoded.AddDays(1), RawLetGoTo = Later(commit.Pending.RawLetGoTo, decoded.AddDays(1)) });
            return true;
        }
        if (Next(state.RawLetGoTo, Kept.Decoded) is { } raw)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, raw).Retain(Kept.Decoded))
                await commit.Apply(commit.Pending with { RawLetGoTo = raw.AddDays(1) });
            return true;
        }
        return false;

        // The first day from the mark on of which no more is to be kept than this.
        DateOnly? Next(DateOnly mark, Kept kept)
        {
            var at = state.Days.IndexOf(mark) is var index && index < 0 ? ~index : index;
            return at < state.Days.Count && plan.Of(state.Days[at], today) >= kept ? state.Days[at] : null;
        }
    }

    private async Task<bool> RetainMonth(string workspaceId, string domain, DateOnly month, Kept? kept)
    {
        var grain = GrainFactory.ScorecardMonth(workspaceId, domain, month);
        if (kept is { } some)
            return !await grain.Retain(some);
        if (await grain.Erase())
        {
            await commit.Apply(commit.Pending with { Months = commit.Pending.Months.Remove(month) });
            monthDays = null;
        }
        return true;
    }

    private async Task<IReadOnlyList<DateOnly>> MonthDays()
    {
        if (monthDays is { } known)
            return known;
        var (workspaceId, domain) = Claim;
        var days = await Task.WhenAll(commit.Committed.Months.Select(month => GrainFactory.ScorecardMonth(workspaceId, domain, month).ListDays()));
        return monthDays = [.. days.SelectMany(part => part)];
    }

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;

    private async Task Remind()
    {
        if (await this.GetReminder(RetainReminder) is null)
            await this.RegisterOrUpdateReminder(RetainReminder, TimeSpan.FromSeconds(StableHash.Of(this.GetPrimaryKeyString()) % (uint)RetainEvery.TotalSeconds) + TimeSpan.FromMinutes(5), RetainEvery);
    }

    [LoggerMessage(1522, LogLevel.Warning, "{Claim}: data older than the plan keeps could not be deleted; the deletion is retried")]
    private partial void LogNotRetained(Exception exception, string claim);
}
