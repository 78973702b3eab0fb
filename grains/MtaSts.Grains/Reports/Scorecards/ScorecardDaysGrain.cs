using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

internal sealed record ScorecardDaysState
{
    /// <summary>Days with a scorecard.</summary>
    [JsonPropertyName("days")] public ImmutableSortedSet<DateOnly> Days { get; init; } = [];

    /// <summary>The bytes of earlier days are deleted; moved back when an earlier day gets new reports.</summary>
    [JsonPropertyName("rawDeletedBefore")] public DateOnly RawDeletedBefore { get; init; }

    /// <summary>The details of earlier days are deleted.</summary>
    [JsonPropertyName("decodedDeletedBefore")] public DateOnly DecodedDeletedBefore { get; init; }
}

[GrainType("scorecard-days")]
internal sealed partial class ScorecardDaysGrain(
    [PersistentState(StateNames.ScorecardDays, StateNames.Storage)] IPersistentState<ScorecardDaysState> stored,
    RetentionOptions retention,
    ServiceClock clock,
    ILogger<ScorecardDaysGrain> logger) : Grain, IScorecardDaysGrain, IRemindable
{
    private const string RetainReminder = "retain";

    /// <summary>Maximum number of slices per call; a day's page is one.</summary>
    private const int SlicesAtOnce = 20;

    /// <summary>A reminder that is due while the service is down is skipped, so there are several a day.</summary>
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(6);

    /// <summary>Pause between two calls while work is left, so that other work can run.</summary>
    private static readonly TimeSpan PauseBetweenSlices = TimeSpan.FromSeconds(1);

    /// <summary>Time from activation to the first retention run.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private GroupCommit<ScorecardDaysState> commit = null!;
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
        commit = new GroupCommit<ScorecardDaysState>(stored);
        if (!stored.RecordExists)
            return;
        await Remind();
        timer = this.RegisterGrainTimer(Continue, new GrainTimerCreationOptions(FirstPause, Timeout.InfiniteTimeSpan));
    }

    public async Task AddDay(DateOnly day)
    {
        if (!stored.RecordExists)
            await Remind();
        var state = commit.Pending;
        if (state.Days.Contains(day) && state.RawDeletedBefore <= day && state.DecodedDeletedBefore <= day)
        {
            await commit.Flush();
            return;
        }
        await commit.Apply(state with
        {
            Days = state.Days.Add(day),
            RawDeletedBefore = state.RawDeletedBefore < day ? state.RawDeletedBefore : day,
            DecodedDeletedBefore = state.DecodedDeletedBefore < day ? state.DecodedDeletedBefore : day,
        });
    }

    public async Task TakeBack(DateOnly day)
    {
        var days = commit.Pending.Days.Remove(day);
        if (!days.IsEmpty)
            await commit.Apply(commit.Pending with { Days = days });
        else
            await Erase();
    }

    public Task<IReadOnlyList<DateOnly>> ListDays() => Task.FromResult<IReadOnlyList<DateOnly>>([.. commit.Committed.Days.Reverse()]);

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
            await commit.Flush();
            var state = commit.Committed;
            if (!state.Days.IsEmpty)
            {
                if (await GrainFactory.Scorecard(workspaceId, domain, state.Days[0]).Erase())
                    await commit.Apply(commit.Pending with { Days = commit.Pending.Days.Remove(state.Days[0]) });
            }
            else
            {
                await GrainFactory.ReportShare(workspaceId, domain).Erase();
                await GrainFactory.ReportWatch(workspaceId, domain).Erase();
                await this.RemoveReminder(RetainReminder);
                if (stored.RecordExists)
                    await stored.ClearStateAsync();
                DeactivateOnIdle();
                return true;
            }
        }
        return false;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Continue(CancellationToken.None);

    private async Task Continue(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        timer = null;
        try
        {
            if (!await Retain())
                timer = this.RegisterGrainTimer(Continue, new GrainTimerCreationOptions(PauseBetweenSlices, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        catch (Exception exception)
        {
            LogNotRetained(exception, this.GetPrimaryKeyString()); // The next reminder retries.
        }
    }

    /// <returns>False: there is nothing to do.</returns>
    private async Task<bool> RetainSlice(string workspaceId, string domain, PlanRetention plan, DateOnly today)
    {
        var state = commit.Committed;
        if (!state.Days.IsEmpty && plan.Of(state.Days[0], today) is null)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, state.Days[0]).Erase())
                await commit.Apply(commit.Pending with { Days = commit.Pending.Days.Remove(state.Days[0]) });
            return true;
        }
        if (Next(state.DecodedDeletedBefore, Kept.Aggregates) is { } decoded)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, decoded).Retain(Kept.Aggregates))
                await commit.Apply(commit.Pending with { DecodedDeletedBefore = decoded.AddDays(1), RawDeletedBefore = Later(commit.Pending.RawDeletedBefore, decoded.AddDays(1)) });
            return true;
        }
        if (Next(state.RawDeletedBefore, Kept.Decoded) is { } raw)
        {
            if (await GrainFactory.Scorecard(workspaceId, domain, raw).Retain(Kept.Decoded))
                await commit.Apply(commit.Pending with { RawDeletedBefore = raw.AddDays(1) });
            return true;
        }
        return false;

        // The first day from the mark on that must be reduced to this.
        DateOnly? Next(DateOnly mark, Kept kept)
        {
            var at = state.Days.IndexOf(mark) is var index && index < 0 ? ~index : index;
            return at < state.Days.Count && plan.Of(state.Days[at], today) >= kept ? state.Days[at] : null;
        }
    }

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;

    private async Task Remind()
    {
        if (await this.GetReminder(RetainReminder) is null)
            await this.RegisterOrUpdateReminder(RetainReminder, TimeSpan.FromSeconds(StableHash.Of(this.GetPrimaryKeyString()) % (uint)RetainEvery.TotalSeconds) + TimeSpan.FromMinutes(5), RetainEvery);
    }

    [LoggerMessage(1522, LogLevel.Warning, "{Claim}: data past its retention time was not deleted; the deletion is retried")]
    private partial void LogNotRetained(Exception exception, string claim);
}
