using System.Globalization;

namespace MtaSts.Grains.Reports;

internal sealed class ScorecardGrain([PersistentState(StateNames.Scorecard, StateNames.Storage)] IPersistentState<ScorecardState> stored) : Grain, IScorecardGrain
{
    private GroupCommit<ScorecardState> commit = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<ScorecardState>(stored);
        return Task.CompletedTask;
    }

    public async Task<ApplyOutcome> Apply(ScorecardContribution contribution)
    {
        var (next, outcome) = ScorecardBook.Apply(commit.Pending, contribution);
        // One that was counted before may itself still be on its way to the storage: nobody is told before it has arrived.
        await (ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next));
        return outcome;
    }

    public Task<IReadOnlyList<ScorecardDay>> GetDays(DateOnly from, DateOnly to)
    {
        var key = this.GetPrimaryKeyString();
        var month = DateOnly.ParseExact(key[^7..] + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Task.FromResult<IReadOnlyList<ScorecardDay>>([.. commit.Committed.Days
            .Select(day => (Day: month.AddDays(day.Key - 1), State: day.Value))
            .Where(day => day.Day >= from && day.Day <= to)
            .Select(day => new ScorecardDay
            {
                Day = day.Day,
                Sessions = new SessionTotals(day.State.Successful, day.State.Failed),
                Reports = day.State.Reports,
                ByPolicyType = day.State.Types,
                Failures = day.State.Failures,
                ByOrganization = day.State.Organizations,
            })]);
    }

    public Task<Page<ReportEntry>> GetReports(int after, int limit)
    {
        var entries = commit.Committed.Entries;
        var items = entries.OrderByDescending(entry => entry.Start).ThenByDescending(entry => entry.ReceivedAt).ThenBy(entry => entry.Id, StringComparer.Ordinal)
            .Skip(after).Take(limit).ToArray();
        return Task.FromResult(new Page<ReportEntry>(items, after + items.Length < entries.Count ? "more" : null));
    }

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }
}
