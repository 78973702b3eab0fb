using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

internal sealed record ScorecardMonthsState
{
    /// <summary>First days of the months.</summary>
    [JsonPropertyName("months")] public ImmutableSortedSet<DateOnly> Months { get; init; } = [];
}

internal sealed class ScorecardMonthsGrain([PersistentState(StateNames.ScorecardMonths, StateNames.Storage)] IPersistentState<ScorecardMonthsState> stored) : Grain, IScorecardMonthsGrain
{
    public async Task Add(DateOnly month)
    {
        if (stored.State.Months.Contains(month))
            return;
        var before = stored.State;
        stored.State = new ScorecardMonthsState { Months = before.Months.Add(month) };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before;
            DeactivateOnIdle(); // Memory and storage may differ: the next call reads again.
            throw;
        }
    }

    public Task<IReadOnlyList<DateOnly>> List() => Task.FromResult<IReadOnlyList<DateOnly>>([.. stored.State.Months.Reverse()]);

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }
}
