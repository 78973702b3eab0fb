using System.Globalization;

namespace MtaSts.Grains.Reports;

internal sealed class ScorecardGrain([PersistentState(StateNames.Scorecard, StateNames.Storage)] IPersistentState<ScorecardState> stored) : Grain, IScorecardGrain
{
    private GroupCommit<ScorecardState> commit = null!;

    /// <summary>First day of this scorecard's month.</summary>
    private DateOnly Month => DateOnly.ParseExact(this.GetPrimaryKeyString()[^7..] + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<ScorecardState>(stored);
        return Task.CompletedTask;
    }

    public async Task<ApplyOutcome> Apply(ScorecardContribution contribution)
    {
        if (!stored.RecordExists)
        {
            // Known in the list of months before there is anything: what is not listed could not be found to be deleted.
            var (workspaceId, domain) = Claim();
            await GrainFactory.ScorecardMonths(workspaceId, domain).Add(Month);
        }
        var (next, outcome) = ScorecardBook.Apply(commit.Pending, contribution);
        // One that was counted before may itself still be on its way to the storage: nobody is told before it has arrived.
        await (ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next));
        return outcome;
    }

    public Task<IReadOnlyList<ScorecardDay>> GetDays(DateOnly from, DateOnly to)
    {
        var month = Month;
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

    public Task SetDkim(string envelopeId, DkimVerdict dkim, string? signedBy)
    {
        var next = EntryVerdicts.Set(commit.Pending, envelopeId, dkim, signedBy);
        return ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next);
    }

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    private (string WorkspaceId, string Domain) Claim()
    {
        var parts = this.GetPrimaryKeyString()["sc-".Length..].Split('/');
        return (parts[0], parts[1]);
    }
}
