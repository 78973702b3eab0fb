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
    public Task Add(DateOnly month) => stored.State.Months.Contains(month)
        ? Task.CompletedTask
        : stored.Replace(new ScorecardMonthsState { Months = stored.State.Months.Add(month) }, DeactivateOnIdle);

    public Task<IReadOnlyList<DateOnly>> List() => Task.FromResult<IReadOnlyList<DateOnly>>([.. stored.State.Months.Reverse()]);

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }
}
